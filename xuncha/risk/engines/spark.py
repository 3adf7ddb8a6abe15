"""Indicators on Spark: one machine's cores, or a cluster. Needs Java 17.

Tables go over as Parquet and rows come back as Arrow: by way of pandas a null would be a NaN, a whole number a float.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ibis

from xuncha.risk.engines import Engine, EngineFault
from xuncha.risk.loading.cells import name as quoted_name
from xuncha.risk.loading.cells import quoted

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from xuncha.risk.loading import Loaded

LEAST_JAVA: Final = 17
_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.log.level": "ERROR",
}


class Spark(Engine):
    """A session of Spark and the folder through which tables go to it."""

    def __init__(self, session: Any, folder: Path) -> None:
        super().__init__(ibis.pyspark.connect(session))
        self._session, self._folder, self._held = session, folder, 0

    def fetch(self, rows: ir.Table) -> pa.Table:
        table = self._session.sql(self.sql(rows)).toArrow()
        return table.cast(rows.schema().to_pyarrow())

    def hold(self, name: str, rows: pa.Table) -> ir.Table:
        import pyarrow.parquet

        self._held += 1
        path = self._folder / f"held-{self._held}.parquet"
        pyarrow.parquet.write_table(rows, path)
        self.show(name, path)
        return self.backend.table(name)

    def show(self, name: str, path: Path) -> None:
        """A file or folder of Parquet under a table's name."""
        self._session.read.parquet(str(path)).createOrReplaceTempView(name)


@contextlib.contextmanager
def on_spark(loaded: Loaded, *, master: str, folder: Path, **settings: str) -> Iterator[Spark]:
    """The tables on Spark. Raises `EngineFault`."""
    from_here = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    session = _session(master, _SETTINGS | (from_here if master.startswith("local") else {}) | settings)
    place = Path(tempfile.mkdtemp(prefix=".spark-", dir=folder))
    try:
        engine = Spark(session, place)
        for table in loaded.columns:
            path = place / f"{table}.parquet"
            loaded.connection.execute(f"COPY {quoted_name(table)} TO {quoted(str(path))} (FORMAT parquet)")
            engine.show(table, path)
        yield engine
    finally:
        session.stop()
        shutil.rmtree(place, ignore_errors=True)


def _session(master: str, settings: dict[str, str]) -> Any:
    if (fault := java_fault()) is not None:
        raise fault
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise EngineFault(
            "没有安装 pyspark。请用 requirements/spark.txt 的环境运行（bin/xuncha 带 --engine spark 时会自动准备）。",
            "pyspark is not installed: run in the environment of requirements/spark.txt, which bin/xuncha makes for"
            " --engine spark.",
        ) from None
    builder = SparkSession.builder.appName("xuncha risk").master(master)
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as fault:
        words = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
        raise EngineFault(f"Spark（{master}）没有启动：{words}", f"Spark ({master}) did not start: {words}") from None


def java_fault() -> EngineFault | None:
    """Why there is no Java that Spark can use; null if there is one."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        return EngineFault(
            f"没有找到 Java。Spark 需要 Java {LEAST_JAVA}（Debian：openjdk-17-jre-headless）。",
            f"Java was not found. Spark needs Java {LEAST_JAVA} (on Debian: openjdk-17-jre-headless).",
        )
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    words = (said.stderr or said.stdout).split('"')
    version = words[1].split(".")[0] if len(words) > 1 else ""
    if said.returncode != 0 or not version.isdigit() or int(version) < LEAST_JAVA:
        found = version or "?"
        return EngineFault(
            f"Java 版本为 {found}，Spark 需要 {LEAST_JAVA} 以上。",
            f"Java is {found}, Spark needs {LEAST_JAVA} or later.",
        )
    return None
