"""导入: papers on their way in, uploaded, read, entered."""
