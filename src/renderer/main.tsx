// SPDX-License-Identifier: Apache-2.0
import './no-eval';
import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { StartChoice } from './app/StartChoice';
import { startLanguage } from './i18n';
import { boot } from './state';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

startLanguage(navigator.language);
const isChoosing = new URLSearchParams(location.search).has('choose-start');
if (!isChoosing) void boot();
createRoot(root).render(<StrictMode>{isChoosing ? <StartChoice /> : <App />}</StrictMode>);
