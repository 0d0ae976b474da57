const NAME = 'operator-key';

// for this tab and until it is closed: never in an address, where histories and logs would keep it

export const keepKey = (key) => sessionStorage.setItem(NAME, key);

export const keptKey = () => sessionStorage.getItem(NAME) ?? undefined;

export const forgetKey = () => sessionStorage.removeItem(NAME);
