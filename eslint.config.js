import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * Who may import whom. Entries of one rule replace each other in a flat config, so each room states
 * its bans in full: the rooms it must not enter, and the packages and Node modules it must not load.
 */
const room = (files, { rooms = [], packages = [], node = [], ignores = [] }) => ({
  files,
  ignores,
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${[...rooms, "test", "dist"].join("|")})/`,
            message: "Another room.",
          },
          ...(packages === "all"
            ? [{ regex: "^(?!node:)[^.]", message: "No packages here." }]
            : [{ regex: `^(${packages.join("|")})(/|$)`, message: "Loaded elsewhere." }]),
          ...(node === "all"
            ? [{ regex: "^node:", message: "Only pure code here." }]
            : [{ regex: `^node:(${node.join("|")})(/|$)`, message: "Not in this room." }]),
        ],
      },
    ],
  },
});

const sockets = ["net", "tls", "dgram"];
const processes = ["child_process", "cluster", "worker_threads"];

export default defineConfig(
  { ignores: ["dist/", ".roundsman/", "test/fixtures/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/dot-notation": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Exports have names." },
      ],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  room(["wire/**/*.ts"], {
    rooms: ["waitmax", "agent", "poller"],
    packages: "all",
    node: ["fs", "os", "process", ...sockets, ...processes],
  }),
  room(["waitmax/**/*.ts"], {
    rooms: ["wire", "agent", "poller"],
    packages: ["p-limit", "commander", "fastify", "prom-client"],
    node: sockets,
  }),
  room(["agent/**/*.ts"], {
    ignores: ["agent/sections/**", "agent/readings/**", "agent/main.ts"],
    rooms: ["poller"],
    packages: ["execa", "commander", "fastify", "pino", "prom-client", "yaml", "zod", "iconv-lite"],
    node: processes,
  }),
  room(["agent/main.ts"], {
    rooms: ["poller"],
    packages: ["execa", "fastify", "pino", "prom-client", "yaml", "zod", "iconv-lite"],
    node: [...sockets, ...processes],
  }),
  room(["agent/readings/**/*.ts"], {
    rooms: ["poller", "waitmax"],
    packages: ["execa", "commander", "fastify", "pino", "prom-client", "yaml", "zod", "iconv-lite"],
    node: "all",
  }),
  room(["agent/sections/**/*.ts"], {
    rooms: ["poller", "waitmax"],
    packages: "all",
    node: "all",
  }),
  room(["poller/**/*.ts"], {
    ignores: [
      "poller/checks/**",
      "poller/judge/**",
      "poller/readings/**",
      "poller/sources/**",
      "poller/processes/**",
      "poller/self.ts",
      "poller/http/passwords.ts",
    ],
    rooms: ["agent"],
    packages: ["execa", "prom-client"],
    node: [...sockets, ...processes],
  }),
  room(["poller/sources/**/*.ts"], {
    rooms: ["agent"],
    packages: ["execa", "prom-client"],
    node: processes,
  }),
  room(["poller/processes/**/*.ts"], {
    rooms: ["agent"],
    packages: ["execa", "prom-client"],
    node: [...sockets, "cluster", "worker_threads"],
  }),
  room(["poller/self.ts"], {
    rooms: ["agent"],
    packages: ["execa"],
    node: [...sockets, ...processes],
  }),
  room(["poller/http/passwords.ts"], {
    rooms: ["agent"],
    packages: ["execa", "prom-client"],
    node: [...sockets, "child_process", "cluster"],
  }),
  room(["poller/judge/**/*.ts"], {
    rooms: ["agent", "waitmax", "checks", "sources", "http", "commands"],
    packages: "all",
    node: "all",
  }),
  room(["poller/checks/**/*.ts", "poller/readings/**/*.ts"], {
    rooms: ["agent", "waitmax", "sources", "http", "commands"],
    packages: "all",
    node: "all",
  }),
  { files: ["*.config.ts", "test/reporter.ts"], rules: { "no-restricted-syntax": "off" } },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/explicit-module-boundary-types": "off",
    },
  },
);
