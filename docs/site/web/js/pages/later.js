// All pages but the first, which come in a script of their own.

import {lineagePage} from "../lineage/page.js";
import {accessPage} from "./access.js";
import {environmentsPage} from "./environments.js";
import {diagnosticsPage} from "./findings.js";
import {changesPage, docsPage, exposuresPage, sourcesPage, syncsPage, testsPage} from "./lists.js";
import {columnPage, nodePage} from "./node.js";
import {nodesPage} from "./nodes.js";
import {runsPage} from "./runs.js";

const listedPages = {
  nodes: nodesPage, lineage: lineagePage, sources: sourcesPage, tests: testsPage, runs: runsPage, exposures: exposuresPage, syncs: syncsPage,
  access: accessPage, glossary: docsPage, changes: changesPage, environments: environmentsPage, diagnostics: diagnosticsPage,
};

// What shows a page of that name, or the page of a node.
export function laterPage(name, route) {
  if (name) return listedPages[name];
  return route.parts[2] === "column" && route.parts[3] ? columnPage : nodePage;
}
