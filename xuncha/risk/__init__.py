"""Early warning (风险预警): an office's tables in, leads out. A lead is a question for a person, never a verdict.

Knows no Django. `schema` says what the tables are, `loading` takes them in, `indicator` what an indicator is,
`catalogue` holds the indicators one a file, `running` makes leads of them.
"""
