//! A drawing. The layout is a library's; the look is ours.

use layout::core::base::Orientation;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::StyleAttr;
use layout::std_shapes::shapes::{Arrow, Element, LineEndKind, ShapeKind};
use layout::topo::layout::VisualGraph;

use super::{Graph, Node, Standing};

const MARGIN: f64 = 12.0;
const HEIGHT: f64 = 58.0;
const LEGEND: f64 = 34.0;
/// One for each folder, and again from the start.
const COLOURS: [&str; 8] = ["#3b73b9", "#b0640f", "#2b8a6b", "#8a4fae", "#b03a5b", "#5b6f1d", "#1f7f95", "#7a5c43"];

pub(super) fn draw(graph: &Graph) -> String {
    let mut canvas = Canvas { graph, boxes: String::new(), arrows: String::new(), size: Point::zero() };
    if !graph.nodes.is_empty() {
        laid_out(graph, &mut canvas);
    }
    canvas.finish()
}

fn laid_out(graph: &Graph, canvas: &mut Canvas<'_>) {
    let mut drawing = VisualGraph::new(Orientation::TopToBottom);
    let handles: Vec<_> = (graph.nodes.iter().enumerate())
        .map(|(place, node)| {
            let (shape, size) = (ShapeKind::new_box(""), Point::new(width(graph, node), HEIGHT));
            // The backend is handed this back, and knows by it what it draws.
            let place = place.to_string();
            drawing.add_node(Element::create_with_properties(
                shape,
                StyleAttr::simple(),
                Orientation::TopToBottom,
                size,
                place,
            ))
        })
        .collect();
    for edge in &graph.edges {
        let arrow = Arrow { end: LineEndKind::Arrow, ..Arrow::simple_with_properties("", edge.by_number.to_string()) };
        drawing.add_edge(arrow, handles[edge.from], handles[edge.to]);
    }
    drawing.do_it(false, false, false, canvas);
}

/// The longest line, by what a letter takes on average.
fn width(graph: &Graph, node: &Node) -> f64 {
    let lines = [(node.name.as_str(), 7.4), (&node.id, 6.4), (&graph.groups[node.group], 6.4)];
    let widths = lines.map(|(line, letter)| line.chars().count() as f64 * letter);
    widths.into_iter().fold(90.0, f64::max) + 28.0
}

/// What the layout draws on.
struct Canvas<'g> {
    graph: &'g Graph,
    boxes: String,
    arrows: String,
    size: Point,
}

impl Canvas<'_> {
    fn grow(&mut self, to: Point) {
        self.size = Point::new(self.size.x.max(to.x), self.size.y.max(to.y));
    }

    fn finish(self) -> String {
        let (legend, legend_width) = self.legend();
        let (width, height) = (self.size.x.max(legend_width) + MARGIN, self.size.y + LEGEND + MARGIN);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"Helvetica, Arial, sans-serif\">\n\
             <defs><marker id=\"end\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" \
             orient=\"auto\"><path d=\"M0 0 10 5 0 10z\" fill=\"#7a7a7a\"/></marker></defs>\n{}{}{legend}</svg>\n",
            self.arrows, self.boxes
        )
    }

    /// What the colours mean: each standing that occurs.
    fn legend(&self) -> (String, f64) {
        let (mut text, mut x, y) = (String::new(), MARGIN, self.size.y + LEGEND / 2.0);
        for standing in [Standing::Applied, Standing::Pending, Standing::Trouble] {
            if self.graph.nodes.iter().any(|node| node.standing == standing) {
                let word = word(standing);
                text += &format!(
                    "<rect x=\"{x:.0}\" y=\"{:.0}\" width=\"14\" height=\"12\" rx=\"3\" {}/>\
                     <text x=\"{:.0}\" y=\"{:.0}\" font-size=\"12\" fill=\"#7a7a7a\">{word}</text>\n",
                    y - 10.0,
                    look(standing),
                    x + 20.0,
                    y
                );
                x += 40.0 + word.len() as f64 * 6.6;
            }
        }
        (text, x)
    }
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Unknown => "",
        Standing::Applied => "applied",
        Standing::Pending => "pending",
        Standing::Trouble => "needs a look",
    }
}

fn look(standing: Standing) -> &'static str {
    match standing {
        Standing::Unknown => "fill=\"#f7f7f5\" stroke=\"#7a7a7a\"",
        Standing::Applied => "fill=\"#d9f2dc\" stroke=\"#2e7d32\"",
        Standing::Pending => "fill=\"#ffffff\" stroke=\"#7a7a7a\" stroke-dasharray=\"4 3\"",
        Standing::Trouble => "fill=\"#fde0dc\" stroke=\"#c62828\"",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl RenderBackend for Canvas<'_> {
    fn draw_rect(&mut self, xy: Point, size: Point, _: &StyleAttr, place: Option<String>, _: Option<ClipHandle>) {
        let Some(node) = place.and_then(|place| self.graph.nodes.get(place.parse::<usize>().ok()?)) else { return };
        let group = &self.graph.groups[node.group];
        let colour = COLOURS[node.group % COLOURS.len()];
        let (x, y, centre) = (xy.x, xy.y, xy.x + size.x / 2.0);
        let line = |y: f64, look: &str, text: &str| {
            format!("<text x=\"{centre:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" {look}>{}</text>\n", escaped(text))
        };
        self.boxes += &format!(
            "<g><title>{}</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"7\" {}/>\n",
            escaped(&node.id),
            size.x,
            size.y,
            look(node.standing)
        );
        self.boxes += &line(y + 15.0, &format!("font-size=\"11\" fill=\"{colour}\""), group);
        self.boxes += &line(y + 33.0, "font-size=\"13\" font-weight=\"bold\" fill=\"#1b1b1b\"", &node.name);
        self.boxes += &line(y + 49.0, "font-size=\"11\" fill=\"#5a5a5a\"", &node.id);
        self.boxes += "</g>\n";
        self.grow(xy.add(size));
    }

    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        _: bool,
        _: (bool, bool),
        _: &StyleAttr,
        by_number: Option<String>,
        _: &str,
    ) {
        let [first, second, rest @ ..] = path else { return };
        let mut curve = format!(
            "M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
            first.0.x, first.0.y, first.1.x, first.1.y, second.0.x, second.0.y, second.1.x, second.1.y
        );
        for (control, end) in rest {
            curve += &format!("S{:.1} {:.1} {:.1} {:.1}", control.x, control.y, end.x, end.y);
        }
        let dots = if by_number.as_deref() == Some("true") { " stroke-dasharray=\"2 4\"" } else { "" };
        self.arrows += &format!(
            "<path d=\"{curve}\" fill=\"none\" stroke=\"#7a7a7a\" stroke-width=\"1.4\"{dots} marker-end=\"url(#end)\"/>\n"
        );
        for (one, other) in path {
            self.grow(*one);
            self.grow(*other);
        }
    }

    /// What is in a box is drawn with it.
    fn draw_text(&mut self, _: Point, _: &str, _: &StyleAttr) {}

    fn draw_line(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn draw_circle(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}
