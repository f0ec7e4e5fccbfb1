// The shared parts come first, so that what a component says of itself comes after them.
import './tokens.css';
import './shared/parts.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './ipc/connect';

// On Linux the generic name is the system's own face; the others would be looked up, and not always fail.
if (navigator.userAgent.includes('Linux')) {
  document.documentElement.dataset.platform = 'linux';
}

const target = document.getElementById('app');
if (target) {
  mount(App, { target, props: { ipc: connect() } });
}
