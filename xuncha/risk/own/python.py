"""A Python file of an office's own: a module with an ``INDICATOR``, as those of the catalogue."""

from __future__ import annotations

import importlib.util
import traceback
from pathlib import Path

from xuncha.risk.indicator import Indicator
from xuncha.risk.running.guard import OwnFault, reason


def read(path: Path) -> Indicator:
    """Run the file and take its indicator. Raises `OwnFault`."""
    spec = importlib.util.spec_from_file_location(f"xuncha_own_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise OwnFault(path.name, "不是可读的 Python 文件", "is not a readable Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as fault:
        raise OwnFault(
            path.name, f"第 {fault.lineno} 行语法错误：{fault.msg}", f"line {fault.lineno}: {fault.msg}"
        ) from None
    except (Exception, SystemExit) as fault:
        line = next(
            (
                frame.lineno
                for frame in reversed(traceback.extract_tb(fault.__traceback__))
                if frame.filename == str(path)
            ),
            None,
        )
        raise OwnFault(path.name, f"第 {line} 行出错：{reason(fault)}", f"line {line}: {reason(fault)}") from None
    indicator = getattr(module, "INDICATOR", None)
    if not isinstance(indicator, Indicator):
        raise OwnFault(
            path.name, "没有 INDICATOR：文件末尾应写 INDICATOR = Indicator(…)", "there is no INDICATOR = Indicator(…)"
        )
    return indicator
