"""How a slot looks to the reader: the one measure that training and reading share.

A window is 48 pixels high, one em of the print beside it is 24 pixels, the baseline lies 1.35 em below the upper edge.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

HEIGHT = 48  # pixels of a window
EM = 24  # pixels of one em of the print
ABOVE = 1.35  # em over the baseline
BELOW = 0.65  # em under it
NARROWEST, WIDEST = 24, 320  # pixels
PAD = 4  # the network makes one step every 4 pixels


def inked(window: Gray) -> NDArray[np.float32]:
    """Ink 0 … 1 of a grey window: the paper becomes 0, the darkest stroke 1, whatever the scanner's contrast.

    A window without anything on it (less than a tenth of the grey scale between paper and darkest) is all 0.
    """
    values = window.astype(np.float32)
    paper = float(np.percentile(values, 80))
    darkest = float(np.percentile(values, 1))
    if paper - darkest < 25:
        return np.zeros(window.shape, np.float32)
    return np.asarray(np.clip((paper - values) / (paper - darkest), 0, 1), np.float32)
