mod refusals;
mod scenarios;
mod support;
mod wall;
