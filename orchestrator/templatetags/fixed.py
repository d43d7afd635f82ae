"""What a template says the same for everybody, whatever the page: rendered once per language."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.translation import get_language

register = template.Library()


class FixedNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._rendered: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        language = get_language()
        rendered = self._rendered.get(language)
        if rendered is None:
            alone, drawn_by = template.Context(), context.template
            assert drawn_by is not None  # it is what renders this
            with alone.bind_template(drawn_by):
                rendered = self._rendered[language] = self.nodelist.render(alone)
        return rendered


@register.tag
def fixed(parser: Parser, token: Token) -> FixedNode:
    """`{% fixed %}…{% endfixed %}` around what depends on the language alone: words, icons. It sees
    no variable of the page, so that nobody's can be shown to somebody else."""
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    for node in nodelist.get_nodes_by_type(template.Node):
        if getattr(node, "takes_context", False):
            raise template.TemplateSyntaxError(
                f"{node.token} asks for the page, of which {{% fixed %}} knows nothing"
            )
    return FixedNode(nodelist)
