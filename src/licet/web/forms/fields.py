"""Forms as Django checks them, drawn with GOV.UK's macros: what was typed stays, faults say what to do."""

from __future__ import annotations

from typing import Any

from django import forms


class Form(forms.Form):
    """A form that can say its faults as an error summary."""

    use_required_attribute = False

    @property
    def summary(self) -> list[dict[str, str]]:
        """Every fault, with the place on the page where it can be mended."""
        return [
            {
                "text": str(text),
                "href": f"#{'main-content' if name == '__all__' else self[name].auto_id}",
            }
            for name, texts in self.errors.items()
            for text in texts
        ]

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """Every field as the template draws it."""
        return [_drawn(self[name]) for name in self.fields]


def _drawn(field: Any) -> dict[str, Any]:
    widget = field.field.widget
    value = field.value()
    error = field.errors[0] if field.errors else None
    found = {
        "kind": getattr(widget, "drawn_as", type(widget).__name__),
        "id": field.auto_id,
        "name": field.html_name,
        "label": str(field.label),
        "hint": str(field.help_text),
        "value": "" if value is None or type(widget).__name__ == "PasswordInput" else value,
        "error": str(error) if error else "",
        "autocomplete": widget.attrs.get("autocomplete", ""),
        "inputmode": widget.attrs.get("inputmode", ""),
        "required": field.field.required,
    }
    if hasattr(widget, "choices"):
        picked = value if isinstance(value, list | tuple) else [value]
        found["items"] = [
            {"value": str(key), "text": str(text), "checked": str(key) in map(str, picked)}
            for key, text in widget.choices
        ]
    return found
