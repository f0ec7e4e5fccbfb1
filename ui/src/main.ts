// The shared parts come first, so that what a component says of itself comes after them.
import './tokens.css';
import './shared/parts.css';
import { mount } from 'svelte';
import { connect } from './ipc/connect';
import Root from './Root.svelte';

// On Linux the generic name is the system's own face; the others would be looked up, and not always fail.
if (navigator.userAgent.includes('Linux')) {
  document.documentElement.dataset.platform = 'linux';
}

const target = document.getElementById('app');
if (target) {
  mount(Root, { target, props: { ipc: connect() } });
}
