"""A marketplace's options: from `--set`, from the environment, or asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tuisync.cli.pairs import revealed
from tuisync.core.errors import UsageError
from tuisync.core.redaction import conceal
from tuisync.core.remote import Marketplace, Option

Ask = Callable[[Option], str]


def option_values(
    marketplace: Marketplace,
    given: Mapping[str, str],
    environ: Mapping[str, str],
    ask: Ask | None,
) -> dict[str, str]:
    """Return a value for every option that has one.

    Args:
        marketplace: Whose options.
        given: What `--set` said; a value may be `@FILE` or `env:NAME`.
        environ: Where `TUISYNC_<MARKETPLACE>_<KEY>` is looked for.
        ask: Asks the user; None when nobody can be asked.

    Raises:
        UsageError: An option is unknown, or a required one is missing and nobody can be asked.
    """
    _check_known(marketplace, given)
    values: dict[str, str] = {}
    for option in marketplace.options:
        value = _found(marketplace, option, given, environ)
        if not value and option.required and not option.default:
            value = _asked(marketplace, option, ask)
        if value:
            values[option.key] = value
        if option.secret:
            conceal(value)
    return values


def variable(marketplace: Marketplace, option: Option) -> str:
    """Return the environment variable an option is read from."""
    return f"TUISYNC_{marketplace.id}_{option.key}".upper().replace("-", "_")


def _check_known(marketplace: Marketplace, given: Mapping[str, str]) -> None:
    known = [option.key for option in marketplace.options]
    unknown = next((key for key in given if key not in known), None)
    if unknown is not None:
        raise UsageError(
            f"{marketplace.title} has no option `{unknown}`.",
            hint=f"Options: {', '.join(known) or 'none'}.",
        )


def _found(
    marketplace: Marketplace,
    option: Option,
    given: Mapping[str, str],
    environ: Mapping[str, str],
) -> str:
    if option.key in given:
        return revealed(given[option.key], environ)
    return environ.get(variable(marketplace, option), "").strip()


def _asked(marketplace: Marketplace, option: Option, ask: Ask | None) -> str:
    if ask is not None:
        return ask(option).strip()
    raise UsageError(
        f"{marketplace.title} needs: {option.title}. {option.help}".rstrip(),
        hint=f"Set {variable(marketplace, option)}; `connect` also takes"
        f" `--set {option.key}=@FILE` (or =env:NAME, or =VALUE).",
    )
