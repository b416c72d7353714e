//! Charts as SVG: drawn here, so that a report needs neither a script nor a network.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::intervals::per_minute;
use crate::intervals::Mark;
use crate::intervals::Point;
use crate::report::escape;
use std::fmt::Write;

/// The drawing's size and margins, in its own units: above are the legend and, below it, two rows for the numbers of marks.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 316.0;
const LEFT: f64 = 45.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 46.0;
const BOTTOM: f64 = 35.0;

/// The colour of a block, by the runtime it was made with.
fn colour(spec_version: u32) -> &'static str {
	match spec_version {
		0 | 1 => "#555555",
		2 => "#1f6fb2",
		_ => "#c1440e",
	}
}

/// A chart with time on its horizontal axis, in minutes since the first block.
struct Chart {
	svg: String,
	start_ms: u64,
	minutes: f64,
	/// The largest value of the vertical axis.
	top: f64,
}

impl Chart {
	fn new(points: &[Point], top: f64, step: f64, unit: &str) -> Self {
		let start_ms = points.first().map_or(0, |point| point.timestamp_ms);
		let end_ms = points.last().map_or(0, |point| point.timestamp_ms);
		let minutes = (end_ms.saturating_sub(start_ms) as f64 / 60_000.0).max(1.0);
		let svg = format!(
			"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"11\">\n\
			<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
		);
		let mut chart = Self { svg, start_ms, minutes, top };
		let mut value = 0.0;
		while value <= top {
			let y = chart.y(value);
			chart.line(LEFT, y, WIDTH - RIGHT, y, "#e4e4e4");
			chart.text(LEFT - 6.0, y + 4.0, "end", &format!("{value:.0}"));
			value += step;
		}
		chart.text(4.0, 14.0, "start", unit);
		let every = if minutes > 12.0 { 2.0 } else { 1.0 };
		let mut minute = 0.0;
		while minute <= minutes {
			let x = chart.x_minute(minute);
			chart.text(x, HEIGHT - 18.0, "middle", &format!("{minute:.0}"));
			minute += every;
		}
		chart.text(WIDTH - RIGHT, HEIGHT - 4.0, "end", "minutes since the first block");
		chart
	}

	fn x_minute(&self, minute: f64) -> f64 {
		LEFT + (WIDTH - LEFT - RIGHT) * (minute / self.minutes).clamp(0.0, 1.0)
	}

	fn x(&self, at_ms: u64) -> f64 {
		self.x_minute(at_ms.saturating_sub(self.start_ms) as f64 / 60_000.0)
	}

	fn y(&self, value: f64) -> f64 {
		HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value / self.top).clamp(0.0, 1.0)
	}

	fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64, stroke: &str) {
		let _ = writeln!(
			self.svg,
			"<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{stroke}\"/>"
		);
	}

	fn text(&mut self, x: f64, y: f64, anchor: &str, text: &str) {
		let text = escape(text);
		let _ = writeln!(
			self.svg,
			"<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"#444444\">{text}</text>"
		);
	}

	fn dot(&mut self, at_ms: u64, value: f64, fill: &str, title: &str) {
		let (x, y, title) = (self.x(at_ms), self.y(value), escape(title));
		let _ = writeln!(
			self.svg,
			"<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{fill}\"><title>{title}</title></circle>"
		);
	}

	/// A numbered line for each mark; the numbers are those of the list below the chart.
	fn marks(&mut self, marks: &[Mark]) {
		let mut last = f64::MIN;
		for (index, mark) in marks.iter().enumerate() {
			let x = self.x(mark.at_ms);
			self.line(x, TOP - 6.0, x, HEIGHT - BOTTOM, "#8fb996");
			// Numbers that would cover each other go a line up.
			let y = if x - last < 14.0 { TOP - 18.0 } else { TOP - 8.0 };
			last = x;
			let (number, name) = (index + 1, escape(&mark.name));
			let _ = writeln!(
				self.svg,
				"<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" fill=\"#2e6b3a\">{number}<title>{name}</title></text>"
			);
		}
	}

	fn finish(mut self) -> String {
		self.svg.push_str("</svg>\n");
		self.svg
	}
}

/// The time between blocks, coloured by runtime.
pub fn intervals(points: &[Point], marks: &[Mark]) -> String {
	let longest = points.iter().filter_map(|point| point.interval_ms).max().unwrap_or_default();
	let top = (longest as f64 / 1000.0).max(30.0);
	let step = if top > 60.0 { 30.0 } else { 6.0 };
	let mut chart = Chart::new(points, top, step, "seconds between blocks");
	chart.marks(marks);
	for point in points {
		let Some(interval) = point.interval_ms else { continue };
		let seconds = interval as f64 / 1000.0;
		let title = format!("#{}: {seconds:.0} s", point.number);
		chart.dot(point.timestamp_ms, seconds, colour(point.spec_version), &title);
	}
	for (index, name) in ["runtime 1", "runtime 2", "runtime 3"].iter().enumerate() {
		let x = WIDTH - RIGHT - 90.0 * (3.0 - index as f64);
		let fill = colour(u32::try_from(index).unwrap_or_default() + 1);
		let _ = writeln!(chart.svg, "<circle cx=\"{x:.1}\" cy=\"8\" r=\"4\" fill=\"{fill}\"/>");
		chart.text(x + 8.0, 12.0, "start", name);
	}
	chart.finish()
}

/// How many relay blocks lie between a block's relay parent and its inclusion.
pub fn lags(points: &[Point], marks: &[Mark]) -> String {
	let longest = points.iter().filter_map(Point::lag).max().unwrap_or_default();
	let mut chart = Chart::new(points, f64::from(longest.max(5)) + 1.0, 1.0, "relay blocks");
	chart.marks(marks);
	for point in points {
		let Some(lag) = point.lag() else { continue };
		let title = format!("#{}: {lag}", point.number);
		chart.dot(point.timestamp_ms, f64::from(lag), colour(point.spec_version), &title);
	}
	chart.finish()
}

/// Transactions per minute, as bars.
pub fn transactions(points: &[Point]) -> String {
	let minutes = per_minute(points);
	let most = f64::from(minutes.iter().max().copied().unwrap_or_default()).max(10.0);
	let step = 10f64.powf(most.log10().floor()).max(1.0);
	let mut chart = Chart::new(points, most, step, "transactions per minute");
	for (minute, count) in minutes.iter().enumerate() {
		let (left, right) = (chart.x_minute(minute as f64), chart.x_minute(minute as f64 + 1.0));
		let (top, bottom) = (chart.y(f64::from(*count)), chart.y(0.0));
		let _ = writeln!(
			chart.svg,
			"<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#1f6fb2\"><title>minute {minute}: {count}</title></rect>",
			left + 1.0,
			(right - left - 2.0).max(0.5),
			bottom - top
		);
	}
	chart.finish()
}
