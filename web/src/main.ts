import { mount } from 'svelte';
import App from './App.svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/register.css';

const page = document.getElementById('page');
if (page) mount(App, { target: page });
