"""edXML: messages between offices by QCVN 102:2016/BTTTT, read in every spelling that is met, written in one."""
