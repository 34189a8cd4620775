// Runs in: browser. Types of what Vite adds, such as `?url` imports. Types only.
/// <reference types="vite/client" />
