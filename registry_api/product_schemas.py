"""The wire of products and disclosures. `product_wire.py` makes it. Prices are in fen (分) per unit."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from registry_api.grant_parameters import Disclosing, Form, ProductStatus, Purpose
from registry_api.grant_schemas import Number
from registry_api.registration_schemas import Clock, Version
from registry_api.schemas import Answer, Code, Count, Hex, Hex20, Hex32, Link, Page, Wire

ProductNumber = Annotated[int, Field(ge=1, description="Number of a product")]
Fen = Annotated[int | str, Field(description="Fen; as text where it is beyond what JSON numbers hold exactly")]


class Price(Wire):
    """Price and ceiling from a time on, until the next."""

    time: datetime
    ceiling: Fen | None = Field(description="null where none is set: then nothing can be charged")
    price: Fen | None
    trial: bool = Field(description="Whether the price is a trial one (试行收费标准)")
    unit: str = Field(description="What is charged for, like `call` or `year`")
    document: Hex32 | None = Field(description="Digest of the document or notice that sets it")
    organization: Code | None
    account: Hex20
    act_index: Count
    block: Count
    proof: Link


class ProductLinks(Wire):
    """Where to go from a product."""

    self: Link
    grant: Link
    entry: Link
    source: Link | None
    act: Link
    proof: Link


class Product(Wire):
    """A product as it stands."""

    product: ProductNumber
    name: str | None = Field(description="null when the content is malformed")
    operator: Code
    operator_name: str | None
    grant: Number = Field(description="The grant under which it is offered")
    source: ProductNumber | None = Field(description="The product that it is developed from")
    depth: Count = Field(description="Products between it and the first of its line")
    entry: Hex32 = Field(description="Its own catalog entry")
    inputs: list[Hex32] = Field(description="Entries that it uses")
    form: Form
    purpose: Purpose | None
    redevelopable: bool
    status: ProductStatus
    offered: bool = Field(
        description="Whether it is listed, and its grant effective by the clock and still for its purpose"
    )
    suspended_by_authority: bool
    price: Price | None = Field(description="Price and ceiling in force; null where none was ever set")
    malformed: str | None
    content_digest: Hex32
    reason: Hex32 | None
    organization: Code | None
    account: Hex20
    added_index: Count
    act_index: Count
    from_block: Count
    from_time: datetime
    to_block: Count | None
    to_time: datetime | None
    links: ProductLinks


class ProductDetail(Product):
    """A product with what is said of it."""

    content: dict[str, Any] | None = Field(description="`mulu-product/1`; null when malformed")
    content_raw: Hex | None = Field(description="The bytes on chain, only when malformed and not withheld")


class ProductPage(Page):
    """Products by number."""

    clock: Clock
    items: list[Product]


class ProductState(Wire):
    """A state that a product was in."""

    status: ProductStatus
    organization: Code | None
    organization_name: str | None
    account: Hex20
    reason: Hex32 | None
    act_index: Count
    from_block: Count
    from_time: datetime
    to_block: Count | None
    to_time: datetime | None
    proof: Link


class ProductAnswer(Answer):
    """One product; all states that it was in and all prices that it had, oldest first."""

    clock: Clock
    product: ProductDetail
    history: list[ProductState]
    prices: list[Price]


class Disclosure(Wire):
    """A version of a yearly disclosure."""

    grant: Number
    year: int = Field(description="Calendar year that it is about, local")
    kind: Disclosing = Field(description="AUTHORIZATION 授权和实施情况, OPERATION 运营情况")
    version: Version
    title: str | None = Field(description="null when the content is malformed")
    deadline: datetime = Field(description="From then on it was late")
    late: bool
    organization: Code | None
    organization_name: str | None
    account: Hex20
    time: datetime
    malformed: str | None
    content_digest: Hex32
    content: dict[str, Any] | None = Field(description="`mulu-disclosure/1`; null when malformed")
    content_raw: Hex | None = Field(description="The bytes on chain, only when malformed and not withheld")
    act_index: Count
    block: Count
    proof: Link


class DisclosurePage(Page):
    """Disclosures, those published last first."""

    items: list[Disclosure]


class DisclosureAnswer(Answer):
    """One disclosure."""

    disclosure: Disclosure
