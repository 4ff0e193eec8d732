"""The arrival stamp (dấu ĐẾN, NĐ 30/2020 annex IV): where it is, what is printed in it, what a pen wrote there."""
