/**
 * The browser's end of a socket, driven by a test.
 * @module
 */
export class FakeLine {
  sent: string[] = [];
  closed = false;
  private readonly listeners = new Map<string, (event: object) => void>();

  addEventListener(name: string, listener: (event: object) => void): void {
    this.listeners.set(name, listener);
  }
  opens(): void {
    this.listeners.get('open')?.({});
  }
  hears(data: string): void {
    this.listeners.get('message')?.({ data });
  }
  says(message: unknown): void {
    this.hears(JSON.stringify(message));
  }
  ends(code: number): void {
    this.listeners.get('close')?.({ code });
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
}
