"""What `xuncha holidays` says, in Chinese and English. Taken up by `xuncha.cli.wording`."""

from __future__ import annotations

from typing import Final

ZH: Final = {
    "about_holidays": "按文件更新节假日和调休上班日；文件中出现的年度以文件为准。"
    "\n\n例：xuncha holidays 2027年节假日.csv --as guqinglan",
    "arg_holidays": "xlsx 或 csv：一天一行，列为日期、类别（放假或上班）、名称，可另有英文名称、来源",
    "opt_dry_run": "只检查并报告会有多少变动，不保存",
    "holidays_fault": "{name}：第{line}行“{head}”列：{fault}（{found}）",
    "holidays_none": "{name}：没有日期",
    "holidays_changed": "{years}年节假日已更新，变动 {count} 天",
    "holidays_would_change": "{years}年节假日将变动 {count} 天；没有保存",
    "day_not_a_day": "不是日期，应写成 2027-01-01",
    "day_day_twice": "出现两次",
    "day_off_or_worked": "应为放假或上班",
    "day_required": "是空的",
    "day_too_long": "太长",
}

EN: Final = {
    "about_holidays": "Bring the public holidays and make-up workdays up to date by file; of a year that stands in the "
    "file only the days of the file stay.\n\nExample: xuncha holidays 2027.csv --as guqinglan",
    "arg_holidays": "xlsx or csv, one day a row: 日期 (date), 类别 (放假 off or 上班 worked), 名称 (name)",
    "opt_dry_run": "check and say how much would change; save nothing",
    "holidays_fault": "{name}: line {line}, column {head}: {fault} ({found})",
    "holidays_none": "{name}: holds no days",
    "holidays_changed": "holidays of {years}: {count} days changed",
    "holidays_would_change": "holidays of {years}: {count} days would change; nothing was saved",
    "day_not_a_day": "no day; write it like 2027-01-01",
    "day_day_twice": "stands twice",
    "day_off_or_worked": "must be 放假 (off) or 上班 (worked)",
    "day_required": "is empty",
    "day_too_long": "is too long",
}
