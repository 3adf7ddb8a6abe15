"""What `xuncha risk` says, in Chinese and English. Taken up by `xuncha.cli.wording`."""

from __future__ import annotations

from typing import Final

ZH: Final = {
    "about_risk": "风险预警：用单位的数据表比对出疑点。疑点需核实，不是结论。",
    "about_risk_check": "检查一个文件夹里的数据表：哪些行能用，哪些有错，错在哪里。\n\n"
    "文件夹中每张表是一个文件或一个文件夹，以表名命名，如 bids.csv、投标.xlsx、bids/2024.csv。"
    "可读：csv（UTF-8、GB18030）、xlsx、xls、parquet。\n\n例：xuncha risk check 数据 --as-of 2025-12-31",
    "arg_risk_folder": "数据表所在的文件夹",
    "opt_risk_as_of": "数据截止日，如 2025-12-31；检查时不写则为今天",
    "opt_risk_ids": "hmac：证件号、电话、账号、地址一进门就换成密文（默认）；as-is：数据已去标识，原样使用",
    "opt_risk_key": "去标识所用密钥的文件，默认在数据文件夹的 keys/identities.key，没有就生成",
    "opt_risk_mapping": "表头对应文件：存在则读取，不存在则写出；不写则读文件夹里的 mapping.toml",
    "opt_risk_earlier": "以前一次检查写出的文件夹，用来发现万元与元混用",
    "opt_risk_check_output": "检查结果存放的文件夹：check.json、隔离的行 quarantine.csv、去掉的行 removed.csv",
    "opt_risk_memory": "最多使用的内存（MiB），默认为本机的一半",
    "opt_risk_format": "table 在终端显示；json 结果数据",
    "risk_needs_packages": "缺少风险预警所用的软件包。请用 bin/xuncha risk 运行，或按 requirements/risk.txt 安装。",
    "risk_no_folder": "没有文件夹“{name}”",
    "risk_date": "日期“{value}”不能读，应为 2025-12-31 的写法",
    "risk_choice": "“{value}”不可用，可用：{choices}",
    "risk_key_made": "已生成去标识密钥 {name}。请妥善保管：没有它，今后的数据与今天的对不上。",
    "risk_mapping_written": "表头对应已存入 {name}，更正后再检查一次",
    "risk_nothing": "“{name}”中没有可用的数据表；表名应为：{tables}",
    "risk_written": "已写出到 {name}",
    "risk_reading": "读取",
    "risk_head_table": "表",
    "risk_head_file": "文件",
    "risk_head_rows": "行数",
    "risk_head_used": "可用",
    "risk_head_skipped": "去掉",
    "risk_head_quarantined": "隔离",
    "risk_refused": "整份未用：{name}：{reason}",
    "risk_scaled": "{name}：{columns} 按 {unit} 换算成元",
    "risk_unused": "{name}：未采用的列 {heads}",
    "risk_others": "不属于任何表，已跳过：{names}",
    "risk_rules": "隔离和去掉的行，按规则：",
    "risk_rule_line": "  {rule} {words}：{counts}",
    "risk_faults": "前 {count} 处错误（全部在 quarantine.csv）：",
    "risk_fault_line": "  {file} 第 {line} 行 {column} {rule}：{value}",
    "risk_warnings": "提示（行仍在用）：",
    "risk_warning_line": "  {rule} {words}：{table}.{column}，{rows} 行，如 {places}",
    "risk_sum": "共读 {rows} 行：可用 {used}，去掉 {skipped}，隔离 {quarantined}",
}

EN: Final = {
    "about_risk": "Early warning: leads out of an office's tables. A lead is to be verified; it is no verdict.",
    "about_risk_check": "Check the tables in a folder: which rows can be used, which are faulty, and where.\n\n"
    "A table is one file or one folder of files named after it: bids.csv, 投标.xlsx, bids/2024.csv. "
    "Reads csv (UTF-8, GB18030), xlsx, xls and parquet.\n\nExample: xuncha risk check data --as-of 2025-12-31",
    "arg_risk_folder": "the folder of tables",
    "opt_risk_as_of": "cut-off date of the data, such as 2025-12-31; today when checking",
    "opt_risk_ids": "hmac: card numbers, phones, accounts and addresses are hidden at the door (default); "
    "as-is: the data is pseudonymised already",
    "opt_risk_key": "file of the key that hides identities; by default keys/identities.key in the data folder, "
    "made if missing",
    "opt_risk_mapping": "mapping of heads: read if it exists, else written; "
    "by default mapping.toml in the folder is read",
    "opt_risk_earlier": "folder written by an earlier check, to notice 万元 where 元 is meant",
    "opt_risk_check_output": "folder for the results: check.json, "
    "faulty rows in quarantine.csv, removed ones in removed.csv",
    "opt_risk_memory": "memory to use at most (MiB), by default half of the machine",
    "opt_risk_format": "table: on the terminal; json: data",
    "risk_needs_packages": "The packages of early warning are missing. "
    "Run bin/xuncha risk, or install requirements/risk.txt.",
    "risk_no_folder": 'there is no folder "{name}"',
    "risk_date": 'cannot read the date "{value}"; write it like 2025-12-31',
    "risk_choice": '"{value}" is not one of: {choices}',
    "risk_key_made": "made the key {name}. Keep it safe: without it, later data cannot be matched with today's.",
    "risk_mapping_written": "mapping of heads saved to {name}; correct it and check again",
    "risk_nothing": 'no table to use in "{name}"; tables are named: {tables}',
    "risk_written": "written to {name}",
    "risk_reading": "Reading",
    "risk_head_table": "Table",
    "risk_head_file": "File",
    "risk_head_rows": "Rows",
    "risk_head_used": "Used",
    "risk_head_skipped": "Removed",
    "risk_head_quarantined": "Quarantined",
    "risk_refused": "not used at all: {name}: {reason}",
    "risk_scaled": "{name}: {columns} taken as {unit}, now in yuan",
    "risk_unused": "{name}: columns not used: {heads}",
    "risk_others": "belong to no table, skipped: {names}",
    "risk_rules": "Quarantined and removed rows by rule:",
    "risk_rule_line": "  {rule} {words}: {counts}",
    "risk_faults": "The first {count} faults (all are in quarantine.csv):",
    "risk_fault_line": "  {file} line {line} {column} {rule}: {value}",
    "risk_warnings": "Notes (the rows stay in use):",
    "risk_warning_line": "  {rule} {words}: {table}.{column}, {rows} rows, such as {places}",
    "risk_sum": "{rows} rows read: {used} used, {skipped} removed, {quarantined} quarantined",
}
