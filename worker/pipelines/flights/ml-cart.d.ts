// Runs in: worker. Types for ml-cart, which ships none; only what is used here.
declare module 'ml-cart' {
  interface TreeOptions {
    maxDepth: number;
    minNumSamples: number;
  }

  export class DecisionTreeRegression {
    constructor(options: TreeOptions);
    train(rows: number[][], values: number[]): void;
    predict(rows: number[][]): number[];
    toJSON(): object;
    static load(tree: object): DecisionTreeRegression;
  }
}
