import type { EnvironmentKind } from '@/ipc/bindings';
import Flask from '@lucide/svelte/icons/flask-conical';
import Layers from '@lucide/svelte/icons/layers';
import Shield from '@lucide/svelte/icons/shield';

export const ENVIRONMENT_ICONS = {
  sandbox: Flask,
  staging: Layers,
  production: Shield,
} as const satisfies Record<EnvironmentKind, unknown>;
