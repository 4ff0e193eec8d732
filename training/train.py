"""Trains the slot reader and writes it as int8 ONNX, with its figures on slots it never saw.

python -m training.fetch
nice -n 19 python -m training.train --out resources/models/handwriting      # about 20 minutes on two free cores
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from training.data import SHARD, Pool, make_shard, start_making
from training.export import write_onnx
from training.fetch import cache
from training.net import SlotNet

log = logging.getLogger("training")
TRAIN, HELD_OUT = 20102, 977
BATCH = 64
STEPS_PER_SHARD = 40  # the pool grows by a shard every so many steps


def train(where: Path, steps: int, shards: int, seed: int, workers: int, start: Path | None = None) -> SlotNet:
    """Trains from nothing, or goes on from saved weights with a gentler plan."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    makers = start_making(where, TRAIN, shards, workers)
    pool = Pool(where, TRAIN)
    net = SlotNet().to(memory_format=torch.channels_last)
    if start:
        net.load_state_dict(torch.load(start, weights_only=True))
    rate = 2e-3 if start else 3e-3
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=1e-2)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=rate, total_steps=steps, pct_start=0.05 if start else 0.15)
    loss_of = nn.CTCLoss(blank=0, zero_infinity=True)
    began, smooth = time.monotonic(), 0.0
    for step in range(steps):
        pool.grow(shards if start else min(shards, 3 + step // STEPS_PER_SHARD))
        ink, labels = pool.batch(rng, BATCH)
        said = net(torch.from_numpy(ink).to(memory_format=torch.channels_last)).transpose(0, 1)
        wanted = torch.tensor([int(d) + 1 for label in labels for d in label], dtype=torch.long)
        lengths = torch.tensor([len(label) for label in labels])
        loss = loss_of(said, wanted, torch.full((BATCH,), said.shape[0]), lengths)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        plan.step()
        now = loss.item()
        smooth = now if step == 0 else 0.98 * smooth + 0.02 * now
        if step % 50 == 0:
            log.info("step %d loss %.3f shards %d, %.0f s", step, smooth, pool.shards, time.monotonic() - began)
        if step % 500 == 499:
            torch.save(net.state_dict(), where / "running.pt")
    makers.shutdown()
    return net.eval()


def measure(net: SlotNet, where: Path) -> dict[str, float]:
    """Share of slots read exactly, greedy, by kind, on the held-out seed."""
    make_shard(where, HELD_OUT, 0)
    pool = Pool(where, HELD_OUT)
    pool.grow(1)
    right: dict[str, list[bool]] = {}
    with torch.no_grad():
        for window, label, kind in zip(pool.windows, pool.labels, pool.kinds, strict=True):
            ink = np.pad(window, ((0, 0), (0, -window.shape[1] % 4))).astype(np.float32) / 255
            best = net(torch.from_numpy(ink)[None, None]).argmax(2)[0].tolist()
            read = "".join(str(c - 1) for c, before in zip(best, [0, *best], strict=False) if c and c != before)
            right.setdefault(kind, []).append(read == label)
    found = {kind: round(float(np.mean(hits)), 4) for kind, hits in sorted(right.items())}
    return {**found, "all": round(float(np.mean([h for hits in right.values() for h in hits])), 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for slots.onnx and metrics.json")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--shards", type=int, default=35)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--start", type=Path, help="weights (running.pt, slots.pt) to go on from")
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(wanted.threads)
    net = train(cache(), wanted.steps, wanted.shards, wanted.seed, wanted.workers, wanted.start)
    wanted.out.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), cache() / "slots.pt")
    path = write_onnx(net, wanted.out / "slots.onnx")
    figures = {
        "held_out_exact_greedy": measure(net, cache()),
        "held_out_slots": SHARD,
        "steps": wanted.steps,
        "samples": wanted.shards * SHARD,
        "parameters": sum(p.numel() for p in net.parameters()),
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "torch": torch.__version__,
    }
    (wanted.out / "metrics.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    log.info("%s", json.dumps(figures))


if __name__ == "__main__":
    main()
