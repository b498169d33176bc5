// What the browser keeps; where it keeps nothing (a private window), the page works all the same.

const keeping = (storage) => ({
  recall(key) {
    try {
      return JSON.parse(window[storage].getItem(key));
    } catch {
      return null;
    }
  },
  remember(key, value) {
    try {
      window[storage].setItem(key, JSON.stringify(value));
    } catch {
      // Full or forbidden: it is forgotten with the page.
    }
  },
});

export const { recall, remember } = keeping("localStorage");

/** What this tab keeps until it is closed, through a reload. */
export const { recall: recallHere, remember: rememberHere } = keeping("sessionStorage");

const KEY = "nlu.key";
let key = "";
try {
  key = sessionStorage.getItem(KEY) ?? "";
} catch {
  // Forbidden: it is asked for again after a reload.
}

/** The API key that was given, "" for none. */
export const apiKey = () => key;

const listeners = [];

/** Be told when another key is used. */
export const onKey = (listener) => listeners.push(listener);

/** Use an API key until this tab is closed; "" for none. */
export function useKey(given) {
  key = given;
  try {
    sessionStorage.setItem(KEY, given);
  } catch {
    // It is forgotten with the page.
  }
  for (const listener of listeners) listener();
}
