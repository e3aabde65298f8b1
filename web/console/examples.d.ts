// Made by the build from examples/hosts, which the conformance tests run.
declare module 'host-examples' {
  export interface HostExample {
    name: string;
    label: string;
    file: string;
    /** The function that signs, with an example's imports left out. */
    signing: string;
    /** The whole file; its address is EMBED_URL_OF_THE_SHARE. */
    whole: string;
    run: string;
  }
  export const kExamples: readonly HostExample[];
  export const kAddressMark: string;
}
