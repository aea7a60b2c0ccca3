"""`spf coding agree`, `adjudicate`, `confirm`: how far two coders agree, what is settled, and what that writes into findings and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from spf_analysis.commands.coding import base_of, date_option, day_said, settings_of, write
from spf_analysis.commands.output import json_option, print_json, print_table
from spf_analysis.errors import EvidenceError, UsageError
from spf_analysis.wording import counted, decimal, per_cent

if TYPE_CHECKING:
    from spf_analysis.evidence.base import EvidenceBase
    from spf_analysis.evidence.coding.agreement import Agreement, CodeAgreement
    from spf_analysis.evidence.coding.round import RoundFolder
    from spf_analysis.evidence.coding.units import UnitPair
    from spf_analysis.settings import Settings


@click.command()
@click.argument("name", metavar="ROUND")
@json_option
@click.pass_context
def agree(context: click.Context, name: str, as_json: bool) -> None:
    """How far the two coders of a round agree: first on passages, then on codes, per code and overall, with what they differ on.

    \b
    Example:
      spf coding agree spring-2027
    """
    from spf_analysis.evidence.coding.agreement import METHODS, compare
    from spf_analysis.evidence.coding.round import open_round

    settings = settings_of(context)
    found = compare(open_round(settings.evidence, name), list(base_of(settings).codes))
    if as_json:
        print_json(found.as_dict())
        return
    _say_units(found)
    rows = [
        (one.code, _share(one), *(_short(measure.said) for measure in (one.percent, one.kappa, one.alpha)))
        for one in (found.overall, *found.codes)
    ]
    print_table(("code", "prevalence", "agreement", "kappa", "alpha"), rows)
    whys = {one.why for code in (found.overall, *found.codes) for one in (code.percent, code.kappa, code.alpha) if one.why}
    for why in sorted(whys):
        click.echo(f"– {why}.")
    click.echo(METHODS)
    click.echo(f"{counted(len(found.disagreements), 'disagreement')}.")
    for pair in found.disagreements:
        click.echo(_differs(pair, found.coders))


def _share(one: CodeAgreement) -> str:
    return per_cent(100 * one.table.prevalence) if one.table and one.table.prevalence is not None else ""


def _short(said: str) -> str:
    return "–" if said[:1].isalpha() else said


def _say_units(found: Agreement) -> None:
    units = found.units
    click.echo(f"{found.coders[0]} and {found.coders[1]}, {counted(found.sources, 'source')} with passages that both coded.")
    if units.given:
        click.echo(f"{counted(units.matched, 'passage')} were given to both.")
        return
    share = f"{per_cent(100 * units.percent)} of all, F1 {decimal(units.f1)}" if units.percent is not None else "none marked"
    click.echo(f"Passages: {units.matched} marked by both, {units.first_only} and {units.second_only} by one only ({share}).")


def _differs(pair: UnitPair, coders: tuple[str, str]) -> str:
    lines = [f"  {pair.id}  {pair.unit.said}"]
    for name, unit, codes in zip(coders, (pair.first, pair.second), pair.codes, strict=True):
        note = f" ({unit.note})" if unit and unit.note else ""
        lines.append(f"      {name}: {', '.join(sorted(codes)) or 'no code' if unit else 'did not mark it'}{note}")
    return "\n".join(lines)


@click.command()
@click.argument("name", metavar="ROUND")
@click.argument("passage", required=False)
@click.option("--codes", help="The codes that the passage gets, separated by commas; 'none' where none fits.")
@click.option("--by", "by", multiple=True, help="Who decides; may be repeated where several decide together.")
@click.option("--why", help="The reason, in a sentence.")
@click.option("--write", "writing", is_flag=True, help="Write the outcome of the round into the findings, once nothing is open.")
@date_option
@json_option
@click.pass_context
def adjudicate(
    context: click.Context,
    name: str,
    passage: str | None,
    codes: str | None,
    by: tuple[str, ...],
    why: str | None,
    writing: bool,
    day: str | None,
    as_json: bool,
) -> None:
    """List what the coders of a round differ on; decide on one PASSAGE; or, with --write, write the outcome into the findings.

    A decision is added to adjudication.yaml and never replaces one. Two named people stand behind a passage that both coded alike,
    or that somebody else than the coder decided as one of them had coded it, or that two people decided.

    \b
    Examples:
      spf coding adjudicate spring-2027
      spf coding adjudicate spring-2027 u7 --codes theme.risk --by "Cay Third" --why "It is about loss, not about cost."
      spf coding adjudicate spring-2027 --write
    """
    from spf_analysis.evidence.coding.agreement import opened
    from spf_analysis.evidence.coding.round import open_round
    from spf_analysis.evidence.coding.units import paired

    settings = settings_of(context)
    base = base_of(settings)
    found = open_round(settings.evidence, name)
    first, second = opened(found)
    pairs = paired(first.units, second.units)
    if passage:
        _decide(settings, base, found, pairs, passage, codes, by, why, day_said(day))
        found = open_round(settings.evidence, name)
    elif codes or by or why:
        raise UsageError("no passage is named", where="PASSAGE", hint=f"See the passages with: spf coding adjudicate {name}")
    if writing:
        _settle(settings, base, found, pairs, day_said(day), as_json)
        return
    _tell_open(found, pairs, as_json)


def _decide(
    settings: Settings,
    base: EvidenceBase,
    found: RoundFolder,
    pairs: tuple[UnitPair, ...],
    passage: str,
    codes: str | None,
    by: tuple[str, ...],
    why: str | None,
    day: str,
) -> None:
    from spf_analysis.evidence.coding.adjudication import Decision, with_decision

    missing = [name for name, given in (("--codes", codes), ("--by", by), ("--why", why)) if not given]
    if missing:
        raise UsageError(f"a decision needs {', '.join(missing)}", where=f"passage '{passage}'", hint="Say what, who and why.")
    given = tuple(dict.fromkeys(word.strip() for word in str(codes).split(",") if word.strip() not in ("", "none")))
    decision = Decision(unit=passage, codes=given, by=by, date=day, why=str(why))
    path, text = with_decision(found, pairs, decision, base)
    write(settings, {path.relative_to(settings.evidence).as_posix(): text.encode()}, "adjudication")


def _tell_open(found: RoundFolder, pairs: tuple[UnitPair, ...], as_json: bool) -> None:
    from spf_analysis.evidence.coding.adjudication import decisions, open_pairs
    from spf_analysis.evidence.coding.agreement import pair_as_dict

    made = decisions(found)
    left = open_pairs(pairs, made)
    if as_json:
        content = {"open": [pair_as_dict(pair) for pair in left], "decisions": [one.model_dump(mode="json") for one in made]}
        print_json({"round": found.round.round, "state": found.state, **content})
        return
    click.echo(f"{counted(len(left), 'passage')} open, {counted(len(made), 'decision')} made.")
    for pair in left:
        click.echo(_differs(pair, (found.round.coders[0].name, found.round.coders[1].name)))
    if not left and not found.closed:
        click.echo(f"Write the outcome into the findings: spf coding adjudicate {found.round.round} --write")


def _settle(settings: Settings, base: EvidenceBase, found: RoundFolder, pairs: tuple[UnitPair, ...], day: str, as_json: bool) -> None:
    from spf_analysis.evidence.coding.adjudication import decisions, open_pairs, outcomes
    from spf_analysis.evidence.coding.migration import refuse_new_problems
    from spf_analysis.evidence.coding.settling import settle

    made = decisions(found)
    left = open_pairs(pairs, made)
    if found.closed:
        raise EvidenceError(f"the round is {found.state}", where=found.where, hint="Begin another round to code anew.")
    if left:
        hint = f"Decide on them first: spf coding adjudicate {found.round.round} {left[0].id} --codes … --by … --why …"
        raise EvidenceError(f"{counted(len(left), 'passage')} of the round are still open", where=found.where, hint=hint)
    done = settle(found, outcomes(found, pairs, made), base, day)
    refuse_new_problems(settings.evidence, done.files)
    write(settings, dict(done.files), "findings")
    if as_json:
        print_json({"round": found.round.round, **done.as_dict()})
        return
    click.echo(
        f"{counted(len(done.agreed), 'finding')} now rest on two people, {len(done.single)} on one; {len(done.recoded)} got other codes."
    )
    for outcome in done.without_finding:
        click.echo(f"  no finding yet: {outcome.pair.unit.said} ({', '.join(sorted(outcome.codes))})")


@click.command()
@click.argument("claims", nargs=-1, required=True)
@click.option("--by", "by", multiple=True, required=True, help="Who agreed: two names, each with --by.")
@date_option
@json_option
@click.pass_context
def confirm(context: click.Context, claims: tuple[str, ...], by: tuple[str, ...], day: str | None, as_json: bool) -> None:
    """Record that two named people agreed on how these CLAIMS were judged. Until then a judgement is provisional, and briefings say so.

    A later change of the claim makes the mark untrue, and 'spf check' tells.

    \b
    Example:
      spf coding confirm vcfse.below-full-cost --by "Ann Reader" --by "Ben Coder"
    """
    from spf_analysis.evidence.coding.settling import confirm as confirmed

    settings = settings_of(context)
    write(settings, confirmed(base_of(settings), settings.evidence, claims, by, day_said(day)), "claims")
    if as_json:
        print_json({"claims": list(claims), "by": list(by)})
        return
    click.echo(f"{counted(len(claims), 'claim')} marked as agreed.")


VERBS = (agree, adjudicate, confirm)
