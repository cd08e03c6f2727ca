// A question before something that cannot be taken back. The browser returns the focus to where it was.

import { element } from "/elements.js";
import { button } from "./controls.js";

/**
 * @param id of the title; its buttons are `id-confirm` and `id-cancel`
 * @param onConfirm called after it has closed
 * @returns the `<dialog>`; `showModal()` asks
 */
export function confirmation({ id, title, text, confirm, cancel, onConfirm }) {
    const dialog = element("dialog", { class: "panel dialog", "aria-labelledby": `${id}-title` },
        element("h2", { id: `${id}-title` }, title),
        element("p", {}, text),
        element("p", { class: "actions" },
            button(confirm, { id: `${id}-confirm`, class: "primary" }, () => {
                dialog.close();
                onConfirm();
            }),
            button(cancel, { id: `${id}-cancel`, autofocus: true }, () => dialog.close())));
    return dialog;
}
