"""Sheet numbers that an archivist wrote or stamped into the corner of the pages (Nghị định 30/2020/NĐ-CP, art. 31)."""
