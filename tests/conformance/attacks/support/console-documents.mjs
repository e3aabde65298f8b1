// The dashboards of a server under attack.

/** In the text of queries. */
export const sqlCanary = "canary-sql-7ac19e";

const grid = (y) => ({ x: 0, y, w: 24, h: 6 });

/** A dashboard over the model, whose one variable stands for an attribute. */
export function boardOf(uid, sql = `/* ${sqlCanary} */ select tenant, id from orders`) {
  return {
    uid,
    title: `Title of ${uid}`,
    timezone: "UTC",
    time: { span: "1d" },
    variables: [{ name: "tenant", type: "text", attribute: "tenant", default: ["acme"] }],
    panels: [
      { id: 1, type: "table", title: "Orders", grid: grid(0), queries: [{ model: "orders", sql }] },
      { id: 2, type: "text", title: "About", grid: grid(6), markdown: "Orders" },
    ],
  };
}

/** One of Grafana's. */
export const imported = {
  uid: "imported",
  title: "Title of imported",
  schemaVersion: 39,
  time: { from: "now-1d", to: "now" },
  panels: [
    {
      id: 1,
      type: "table",
      title: "Orders",
      gridPos: { x: 0, y: 0, w: 24, h: 6 },
      datasource: { type: "duckdb", uid: "orders" },
      targets: [
        { refId: "A", format: "table", rawSql: `/* ${sqlCanary} */ select count(*) from orders` },
      ],
    },
  ],
};

/** A dashboard that may be shown to anybody. */
export function plainOf(uid) {
  const sql = `/* ${sqlCanary} */ select count(*) as orders from orders`;
  return {
    uid,
    title: `Title of ${uid}`,
    timezone: "UTC",
    time: { span: "1d" },
    panels: [
      { id: 1, type: "stat", title: "Orders", grid: grid(0), queries: [{ source: "orders", sql }] },
    ],
  };
}
