"""Every kind of record is put to approval, shown and frozen, without a line of its own."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.approval import commands
from onmaru.office.approval.commands.drafting import Asked
from onmaru.office.approval.models import Approval
from onmaru.office.approval.tests.people import BY, TODAY
from onmaru.office.signatories.models import Role
from onmaru.office.snapshots import queries as content
from onmaru.workbench import registry
from onmaru.workbench.tests import samples

OWN_PAGE = {"runs"}  # a run is watched on a page of its own

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.mark.parametrize("name", sorted(one.name for one in registry.every() if one.model is not Approval))
def test_any_record_goes_through_a_line(name: str) -> None:
    entity = registry.get(name)
    assert entity is not None
    record = samples.some(entity, BY, 1)[-1]
    drafter = User.objects.create_user("drafter", is_superuser=True)
    signer = User.objects.create_user("signer", is_superuser=True)
    approval = commands.drafting.draft(
        by=identity.actor(drafter),
        today=TODAY,
        kind=entity.model._meta.label_lower,
        record_id=record.pk,
        steps=[Asked(Role.DECIDE, signer.pk)],
    )
    record = entity.model._default_manager.get(pk=record.pk)
    assert approval.digest == content.digest(record)
    for verb in [one for one in entity.verbs if one.fits(record)]:
        with pytest.raises(Refused) as caught:
            verb(record, by=BY, today=TODAY)
        assert caught.value.codes == ["approval_pending"], verb.name
    page = Browser()
    page.force_login(signer)
    if name not in OWN_PAGE:
        assert f"/approvals/{approval.pk}/" in page.get(f"/{name}/{record.pk}/").content.decode()
    assert f"slip-{approval.pk}" in page.get("/approval/inbox/").content.decode()
    signed = commands.signing.approve(approval, by=identity.actor(signer), today=TODAY)
    assert signed.state == "approved"
