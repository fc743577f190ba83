"""The addresses for agents and for contacts as other programs read them."""

from django.urls import path

from onmaru.office.agents.views import cards, mcp

urlpatterns = [
    path("mcp", mcp.endpoint),
    path("parties/cards.vcf", cards.many),
    path("parties/cards", cards.bring),
    path("parties/<int:key>/card.vcf", cards.one),
]
