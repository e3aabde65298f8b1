// Made by the build out of world-atlas (web/world-outline.mjs).
declare module 'world-outline' {
  export const arcs: number[][];
  export const rings: number[][];
}
