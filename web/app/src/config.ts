// What the page must know of the node that serves it: /app-config.json.

export interface Config {
  edge_url: string;
  /** Who signs people in; absent: the gateway itself. */
  identity?: { issuer: string; client_id: string };
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch('/app-config.json');
  if (!response.ok) throw new Error(`/app-config.json: ${response.status}`);
  return (await response.json()) as Config;
}
