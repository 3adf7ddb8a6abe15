"""The units: added, moved with all below them, renamed with history, merged, abolished and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cast import make_unit
from xuncha.findings.queries.naming import UnitNames
from xuncha.organisation import actions, queries
from xuncha.organisation.importing import plan_units, read_units
from xuncha.organisation.models import Unit, UnitName
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted


def paths_agree() -> bool:
    """Whether each path holds the keys from the root to the unit."""
    return all(
        unit.path == (unit.parent.path if unit.parent else "/") + f"{unit.pk}/"
        for unit in Unit.objects.select_related("parent")
    )


def test_a_unit_is_added_under_another(health: Unit, staff: Any) -> None:
    unit = actions.add_unit(name="县疾控中心", short_name="疾控中心", parent=health.pk, actor=staff)
    assert unit.path == f"{health.path}{unit.pk}/"
    assert trail.history_of(unit)[0].act == "add_unit"


def test_a_subtree_moves_with_its_unit(health: Unit, hospital: Unit, education: Unit, staff: Any) -> None:
    ward = make_unit("分院", parent=hospital)
    actions.move_unit(hospital, parent=education.pk, actor=staff, version=1)
    assert paths_agree()
    ward.refresh_from_db()
    assert ward.path.startswith(education.path)


def test_a_unit_cannot_stand_under_its_own(health: Unit, hospital: Unit, staff: Any) -> None:
    with pytest.raises(Invalid) as refused:
        actions.move_unit(health, parent=hospital.pk, actor=staff, version=1)
    assert refused.value.data["faults"] == {"parent": "parent_is_below"}


def test_a_new_name_keeps_the_old_one_findable(make_finding: Any, health: Unit, staff: Any) -> None:
    finding = make_finding()
    unit = actions.rename_unit(health, name="县卫生健康委员会", short_name="卫健委", actor=staff, version=1)
    assert UnitName.objects.get(unit=unit).short_name == "卫健局"
    assert UnitNames().find("卫健局") == unit.pk
    finding.refresh_from_db()
    assert finding.number == "14-8-卫健局-001"
    assert make_finding(unit=unit).number == "14-8-卫健委-002"


def test_a_name_is_borne_by_one_unit(health: Unit, education: Unit, staff: Any) -> None:
    with pytest.raises(Invalid) as refused:
        actions.rename_unit(health, name=education.name, short_name="卫健局", actor=staff, version=1)
    assert refused.value.data["faults"] == {"name": "name_taken"}


def test_a_merged_unit_keeps_its_rows(
    make_finding: Any, health: Unit, hospital: Unit, education: Unit, staff: Any
) -> None:
    finding = make_finding()
    actions.merge_unit(health, into=education.pk, actor=staff, version=1)
    health.refresh_from_db(), hospital.refresh_from_db(), finding.refresh_from_db()
    assert (health.state, health.merged_into_id) == ("merged", education.pk)
    assert finding.unit_id == health.pk
    assert hospital.parent_id == education.pk
    assert paths_agree()
    assert UnitNames().find("卫健局") == education.pk


def test_a_unit_merges_into_one_below_it(health: Unit, hospital: Unit, staff: Any) -> None:
    actions.merge_unit(health, into=hospital.pk, actor=staff, version=1)
    assert paths_agree()
    hospital.refresh_from_db()
    assert hospital.parent_id is None


def test_a_merger_is_taken_back(health: Unit, education: Unit, staff: Any) -> None:
    merged = actions.merge_unit(health, into=education.pk, actor=staff, version=1)
    actions.restore_unit(merged, actor=staff, version=merged.version)
    education.refresh_from_db()
    assert education.aliases == []
    assert UnitNames().find("卫健局") == health.pk


def test_a_unit_with_others_below_is_not_abolished(health: Unit, hospital: Unit, staff: Any) -> None:
    with pytest.raises(Invalid):
        actions.abolish_unit(health, actor=staff, version=1)
    gone = actions.abolish_unit(hospital, actor=staff, version=1)
    with pytest.raises(IllegalTransition):
        actions.abolish_unit(gone, actor=staff, version=gone.version)


def test_the_second_of_two_is_told(health: Unit, staff: Any, head: Any) -> None:
    actions.edit_unit(health, sector=None, aliases=["卫健委"], actor=staff, version=1)
    with pytest.raises(Conflict) as refused:
        actions.edit_unit(health, sector=None, aliases=[], actor=head, version=1)
    assert refused.value.data["current"].aliases == ["卫健委"]


def test_only_the_office_changes_units(health: Unit, education: Unit, reviewer: Any, liaison: Any) -> None:
    for actor in (reviewer, liaison):
        with pytest.raises(NotPermitted):
            actions.merge_unit(health, into=education.pk, actor=actor, version=1)
        with pytest.raises(NotPermitted):
            actions.add_unit(name="甲", short_name="甲", actor=actor)


def test_a_liaison_sees_the_own_unit_alone(health: Unit, hospital: Unit, education: Unit, liaison: Any) -> None:
    assert list(queries.units(liaison)) == [health]
    assert queries.find_unit(liaison, education.pk) is None


def test_the_tree_keeps_the_way_to_what_is_found(health: Unit, hospital: Unit, education: Unit, staff: Any) -> None:
    (root,) = queries.tree(staff, words="人民")
    assert (root.unit, root.is_found) == (health, False)
    assert [below.unit for below in root.below] == [hospital]


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "units.csv"
    path.write_text("\n".join(lines), "utf-8-sig")
    return path


def test_a_list_is_taken_over(tmp_path: Path, health: Unit, staff: Any) -> None:
    path = write(
        tmp_path,
        "单位名称,简称,系统,上级单位",
        "县中医院,中医院,卫健系统,县卫生局",
        "县卫生局,卫生局,,",
        "县卫生健康局,,教育系统,",
    )
    planned, faults = plan_units(read_units(path))
    assert faults == []
    assert [row.kind for row in planned] == ["added", "added", "changed"]
    rows = [{f: getattr(row, f) for f in ("name", "short_name", "sector", "parent", "aliases")} for row in planned]
    added, changed = actions.import_units(rows, actor=staff)
    assert (len(added), len(changed)) == (2, 1)
    assert Unit.objects.get(short_name="中医院").parent == Unit.objects.get(short_name="卫生局")
    assert paths_agree()
    assert {row.kind for row in plan_units(read_units(path))[0]} == {"same"}


def test_all_faults_of_a_list_are_told_at_once(tmp_path: Path, health: Unit) -> None:
    path = write(
        tmp_path,
        "单位名称,简称,系统,上级单位",
        "县甲局,卫健局,,",
        "县乙局,乙局,天上系统,",
        "县丙局,丙局,,不存在局",
        "县丙局,丙二,,",
        "县丁局,丁局,,县戊局",
        "县戊局,戊局,,丁局",
        ",己局,,",
    )
    faults = {(fault.row, fault.code) for fault in plan_units(read_units(path))[1]}
    assert faults == {
        (2, "short_name_taken"),
        (3, "unknown_sector"),
        (4, "unknown_parent"),
        (5, "twice_in_list"),
        (6, "circle"),
        (7, "circle"),
        (8, "required"),
    }
