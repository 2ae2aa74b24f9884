"""What a proposal costs, fixed in the same transaction in which a post is published or changed."""

from __future__ import annotations

from datetime import datetime

from freehold.kit.events import projects
from freehold.market.jobs.events import PostChanged, PostPublished
from freehold.market.jobs.models import Post
from freehold.market.proposals import queries
from freehold.market.proposals.models import Price


@projects(PostPublished, PostChanged)
def fix_price(event: PostPublished | PostChanged, *, at: datetime) -> None:
    post = Post.objects.get(pk=event.post_id)
    new, old = queries.price_for(post, at), queries.price(post.pk)
    if old is not None:
        if (old.cost, old.base, old.value) == (new.cost, new.base, new.value):
            return
        old.replaced_at = at
        old.save(update_fields=["replaced_at"])
    Price.objects.create(
        post=post,
        cost=new.cost,
        base=new.base,
        demand=new.demand,
        value=new.value,
        median=new.median,
        posts=new.posts,
        set_at=at,
    )
