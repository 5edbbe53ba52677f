export interface PowerSignal {
  signal: "start" | "stop" | "restart" | "kill";
}

export interface ConsoleLine {
  at: string;
  text: string;
}
