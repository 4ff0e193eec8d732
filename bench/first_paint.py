"""first_paint.py empty|vankho — one process from its start to its first painted window."""

from __future__ import annotations

import os
import sys


def main() -> int:
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QLabel, QWidget

    class Watch(QObject):
        """Leaves once a top window has been painted."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and watched.isWindow():
                QTimer.singleShot(0, lambda: os._exit(0))  # the window is there; what goes on behind it is not its start
            return False

    if sys.argv[1] == "empty":
        app = QApplication([])
        watch = Watch()
        app.installEventFilter(watch)
        window = QLabel("Văn Khố")
        window.show()
        return app.exec()
    from app.launch import services_for_window
    from ui import application

    services = services_for_window([])
    app = QApplication(sys.argv[:1])
    watch = Watch()
    app.installEventFilter(watch)
    program = application.Program(app, services)
    program.show()
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())
