"""The bars, as SVG. Readable on light and on dark ground."""

from html import escape

LEFT, RIGHT, BAR, GAP, TOP = 190, 90, 14, 16, 64
WIDTH = 760
LONGEST = 4  # times the floor; what is longer is cut and keeps its number
COLOURS = {"contd": "#2f7fd1", "old": "#8fb8de", "nginx": "#3f9c5a",
           "lighttpd": "#c9862b", "h2o": "#b1559b"}
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #222 }
  .title { font-size: 15px; font-weight: 600 }
  .quiet { fill: #666 }
  .line { stroke: #999; stroke-dasharray: 3 3 }
  .spread { stroke: #222; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .quiet { fill: #999 }
    .line { stroke: #777 } .spread { stroke: #eee }
  }"""


def text(x, y, words, extra=""):
    return f'<text x="{x:.0f}" y="{y:.0f}" {extra}>{escape(words)}</text>'


def bar(y, name, ratio, scale):
    """One server: the median as a bar, the spread as a line over it."""
    median, low, high = (min(part, LONGEST) for part in ratio)
    middle = y + BAR / 2
    return [
        f'<rect x="{LEFT}" y="{y}" width="{median * scale:.1f}" '
        f'height="{BAR}" fill="{COLOURS.get(name, "#888")}"/>',
        f'<line class="spread" x1="{LEFT + low * scale:.1f}" y1="{middle}" '
        f'x2="{LEFT + high * scale:.1f}" y2="{middle}"/>',
        text(LEFT - 8, y + 11, name, 'text-anchor="end"'),
        text(LEFT + high * scale + 6, y + 11, f"{ratio[0]:.2f}"),
    ]


def draw(title, note, groups):
    """groups: [(workload, [(server, (median, low, high))])]."""
    highest = max([1.0] + [r[2] for _, bars in groups for _, r in bars])
    scale = (WIDTH - LEFT - RIGHT) / min(highest, LONGEST)
    out, y = [], TOP
    for name, bars in groups:
        out.append(text(8, y + 11, name, 'font-weight="600"'))
        for server, ratio in bars:
            out += bar(y, server, ratio, scale)
            y += BAR + 3
        y += GAP
    one = LEFT + scale
    head = [
        text(8, 22, title, 'class="title"'),
        text(8, 40, note, 'class="quiet"'),
        text(one, TOP - 6, "floor", 'class="quiet" text-anchor="middle"'),
    ]
    line = f'<line class="line" x1="{one:.1f}" y1="{TOP}" x2="{one:.1f}" y2="{y}"/>'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 8}"'
        f' role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>", *head, *out, line, "</svg>", ""])
