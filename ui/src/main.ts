import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './ipc/connect';
import './tokens.css';
import './shared/parts.css';

const target = document.getElementById('app');
if (target) {
  mount(App, { target, props: { ipc: connect() } });
}
