export function euros(cents: number): string {
  return new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" }).format(cents / 100);
}

export function gigabytes(megabytes: number): string {
  return `${(megabytes / 1024).toFixed(0)} GB`;
}
