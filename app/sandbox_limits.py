"""What the system takes away from a sandbox: its environment, its memory, its network. Other systems than Linux offer less."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

KEEP = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
# For each processor: its audit number and its system calls socket and io_uring_setup (linux/audit.h, unistd.h). A socketpair
# stays allowed: both of its ends are in the process itself, and Python's asyncio can't start without one.
SOCKET_CALLS = {"x86_64": (0xC000003E, (41, 425)), "aarch64": (0xC00000B7, (198, 425))}
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h
ALLOWED, REFUSED = 0x7FFF0000, 0x00050000 | errno.EPERM  # linux/seccomp.h
X32_CALLS = 0x40000000  # the other numbering of x86-64 begins here


def clean_environment(root: Path) -> dict[str, str]:
    """A short environment for the child: nothing secret of the parent's, one thread for each numeric library."""
    kept = {key: value for key, value in os.environ.items() if key in KEEP}
    threads = dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # glibc keeps a 64 MB arena for each thread, which would eat the address space
    return {**kept, **threads, "PYTHONPATH": str(root), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}


def popen_options() -> dict[str, Any]:
    """How the child is started: away from the terminal's Ctrl+C, without a window on Windows."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}


def apply_limits(memory_mb: int, nice: int, parent: int) -> bool:
    """Called once by the child before any foreign byte is read; tells whether the network is out of reach.

    On Linux two locks are tried, since some systems refuse the first and other processors lack the second.
    """
    if sys.platform == "win32":
        return False
    import resource

    with suppress(OSError):
        os.nice(nice)
    linux = sys.platform.startswith("linux")
    isolated = linux and _leave_network()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 1024 * 1024,) * 2)
    if linux:
        _die_with(parent)
        isolated = _refuse_sockets() or isolated
    return isolated


def _leave_network() -> bool:
    """A network namespace of its own has no way out, not even a loopback. Some containers and distributions refuse one."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return False
    with suppress(OSError):  # only so that it sees itself under its own number
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def _die_with(parent: int) -> None:
    """Must come after the namespaces: a change of credentials clears the signal."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # the parent died before the signal was set


def _refuse_sockets() -> bool:
    """A system call filter (seccomp): making a socket is answered with "not permitted"."""
    known = SOCKET_CALLS.get(platform.machine())
    if known is None:
        return False
    architecture, calls = known
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, REFUSED), (LOAD, 0, 0, 0)]
    steps.append((AT_LEAST, len(calls) + 1, 0, X32_CALLS))  # such numbers jump to the refusal
    steps += [(EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)]
    steps += [(RETURN, 0, 0, ALLOWED), (RETURN, 0, 0, REFUSED)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0) == 0)


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]
