//! A plot: lines over points, with a legend.

use std::path::Path;

use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::*;

use super::table::number;
use crate::failure::{Failure, Outcome};

pub(super) struct Plot {
    pub(super) title: &'static str,
    pub(super) across: &'static str,
    pub(super) upwards: &'static str,
    pub(super) series: Vec<Series>,
}

pub(super) struct Series {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
}

/// Apart from each other for those who see few colours, too; the first is ours.
const COLOURS: [RGBColor; 8] = [
    RGBColor(213, 94, 0),
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(86, 180, 233),
    RGBColor(204, 121, 167),
    RGBColor(128, 96, 0),
    RGBColor(100, 100, 100),
    RGBColor(0, 0, 0),
];

const SIZE: (u32, u32) = (820, 460);

impl Plot {
    /// Upwards in powers of ten; nothing if nothing was measured, which is said.
    pub(super) fn draw(&self, path: &Path) -> Outcome<bool> {
        let points = || self.series.iter().flat_map(|series| series.points.iter().copied());
        let most = |of: fn((f64, f64)) -> f64| points().map(of).fold(0.0, f64::max);
        let least = points().map(|(_, y)| y).fold(f64::INFINITY, f64::min);
        if !least.is_finite() {
            return Ok(false);
        }
        // Beyond the last point is the legend.
        let (x, y) = (0.0..most(|(x, _)| x) * 1.36, (least * 0.7..most(|(_, y)| y) * 1.5).log_scale());
        let drawn = self.draw_on(&SVGBackend::new(path, SIZE).into_drawing_area(), x, y);
        drawn.map(|()| true).map_err(|error| Failure::new(format!("cannot draw `{}`: {error}", path.display())))
    }

    fn draw_on<Y>(
        &self,
        area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
        x: std::ops::Range<f64>,
        y: Y,
    ) -> Result<(), Box<dyn std::error::Error>>
    where
        Y: plotters::coord::ranged1d::AsRangedCoord<Value = f64>,
        Y::CoordDescType: ValueFormatter<f64>,
    {
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(area)
            .caption(self.title, ("sans-serif", 20))
            .margin(12)
            .margin_right(24)
            .x_label_area_size(44)
            .y_label_area_size(68)
            .build_cartesian_2d(x, y)?;
        let short = |value: &f64| number(*value).trim_end_matches(".00").trim_end_matches(".0").to_owned();
        chart
            .configure_mesh()
            .x_desc(self.across)
            .y_desc(self.upwards)
            .x_label_formatter(&short)
            .y_label_formatter(&short)
            .max_light_lines(0)
            .draw()?;
        for (at, Series { name, points }) in self.series.iter().enumerate() {
            let colour = COLOURS[at % COLOURS.len()];
            let style = ShapeStyle { color: colour.to_rgba(), filled: true, stroke_width: if at == 0 { 3 } else { 2 } };
            let line = chart.draw_series(LineSeries::new(points.iter().copied(), style))?;
            line.label(name.as_str()).legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], style));
            chart.draw_series(points.iter().map(|point| Circle::new(*point, 3, style)))?;
        }
        let mut legend = chart.configure_series_labels();
        legend
            .position(SeriesLabelPosition::MiddleRight)
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.3))
            .draw()?;
        Ok(area.present()?)
    }
}
