"""The network: a few convolutions, one recurrent layer both ways, one step every 4 pixels; trained with CTC.

in  (batch, 1, 48, width) float, ink 0 … 1, width a multiple of 4
out (batch, width / 4, 11) log probabilities; class 0 is the blank of CTC, 1 + d the digit d
"""

from __future__ import annotations

from torch import Tensor, nn

CLASSES = 11


def _block(inside: int, outside: int, pool: tuple[int, int]) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(), nn.MaxPool2d(pool)
    )


class SlotNet(nn.Module):
    """184,000 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv2d(1, 24, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(),
            _block(24, 48, (2, 2)),
            _block(48, 64, (2, 1)),
            _block(64, 96, (2, 1)),
            nn.Conv2d(96, 96, (3, 1)),
            nn.ReLU(),
        )
        self.drop = nn.Dropout(0.2)
        self.read = nn.GRU(96, 64, bidirectional=True, batch_first=True)
        self.name = nn.Linear(128, CLASSES)

    def forward(self, ink: Tensor) -> Tensor:
        seen = self.look(ink).squeeze(2).transpose(1, 2)
        read, _ = self.read(self.drop(seen))
        return self.name(self.drop(read)).log_softmax(2)
