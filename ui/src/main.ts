// The shared parts come first, so that what a component says of itself comes after them.
import './tokens.css';
import './shared/parts.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './ipc/connect';

const target = document.getElementById('app');
if (target) {
  mount(App, { target, props: { ipc: connect() } });
}
