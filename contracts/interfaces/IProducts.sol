// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EntryId} from "../types/EntryId.sol";

/// @notice Products and services (产品和服务) that operators offer under grants, their prices, and yearly disclosures (年度披露).
///
/// A product is known by its number, from 1, and stands in the unified catalog as an entry of kind product that its
/// operator provides; it holds that entry until it is delisted.
///
///     LISTED ⇄ SUSPENDED        LISTED, SUSPENDED ─► DELISTED
///
/// A product is on offer while it is LISTED, its grant is effective and still for its purpose. Prices are in fen (分) and
/// never exceed the ceiling of the same unit: without a ceiling only 0 can be asked, for governance and the public good
/// always 0.
interface IProducts {
    /// @notice 数据集, 接口, 模型, 核验, 评价指数, 报告.
    enum Form {
        NONE,
        DATASET,
        INTERFACE,
        MODEL,
        VERIFICATION,
        INDEX,
        REPORT
    }

    enum Status {
        NONE,
        LISTED,
        SUSPENDED,
        DELISTED
    }

    /// @notice Who discloses: the authorizing or implementing body (授权和实施情况), or the operator (运营情况).
    enum Disclosure {
        NONE,
        AUTHORIZATION,
        OPERATION
    }

    /// @dev Three slots: the entry first, the content digest second.
    /// @param entry the product's own catalog entry
    /// @param contentDigest SHA-256 of the content
    /// @param operator code of the organization that offers it
    /// @param grant the grant under which it is offered
    /// @param form what is delivered
    /// @param purpose one bit of {IGrants.Terms.purposes}: 2 governance, 4 public good, 8 industry, 16 sector
    /// @param status stored status
    /// @param redevelopable whether others may develop products from it
    /// @param suspendedByAuthority whether the data authority suspended it, which then alone resumes it
    /// @param source the product that it is developed from; 0 for none
    /// @param depth steps of development from the first of its line to this one, 0–8
    struct Product {
        EntryId entry;
        bytes32 contentDigest;
        bytes18 operator;
        uint32 grant;
        Form form;
        uint8 purpose;
        Status status;
        bool redevelopable;
        bool suspendedByAuthority;
        uint32 source;
        uint8 depth;
    }

    /// @notice Price and ceiling from `time` on; two slots.
    /// @param time Unix seconds
    /// @param ceiling highest price, fen per unit
    /// @param price fen per unit
    /// @param hasCeiling whether a ceiling is set; without one nothing can be charged
    /// @param hasPrice whether a price is set
    /// @param trial whether the price is a trial one (试行收费标准)
    /// @param unit what is charged for, 1–32 visible ASCII characters padded with zeros on the right: `call`, `year`
    struct Price {
        uint64 time;
        uint64 ceiling;
        uint64 price;
        bool hasCeiling;
        bool hasPrice;
        bool trial;
        bytes32 unit;
    }

    /// @param grant the grant under which it is offered; 0 for a product developed from `source`, whose grant counts
    /// @param source the product that it is developed from; 0 for none
    /// @param entry its own catalog entry, of kind product, whose provider is the caller's organization
    /// @param inputs entries that it uses, 1–64 in ascending order; none where it is developed from `source`
    /// @param content canonical JSON: name, scene, delivery
    struct NewProduct {
        uint32 grant;
        uint32 source;
        EntryId entry;
        Form form;
        uint8 purpose;
        bool redevelopable;
        EntryId[] inputs;
        bytes content;
    }

    /// @param ceiling fen per unit
    /// @param document digest of the document that sets it (政府指导价)
    struct NewCeiling {
        uint32 product;
        uint64 ceiling;
        bytes32 unit;
        bytes32 document;
    }

    /// @param price fen per unit
    /// @param document digest of the price notice; zero allowed
    struct NewPrice {
        uint32 product;
        uint64 price;
        bytes32 unit;
        bool trial;
        bytes32 document;
    }

    /// @param reason digest of the document that gives the reasons
    struct Step {
        uint32 product;
        bytes32 reason;
    }

    /// @param grant the grant that is disclosed about
    /// @param year calendar year that it is about, local
    /// @param expectedVersion versions disclosed so far for this grant, year and kind
    /// @param content canonical JSON
    struct NewDisclosure {
        uint32 grant;
        uint16 year;
        Disclosure kind;
        uint32 expectedVersion;
        bytes content;
    }

    // The acts. In each: `organization` is the acting account's, `account` acted, `time` is the block's, in Unix seconds.

    struct ProductAddition {
        uint32 grant;
        uint32 source;
        EntryId entry;
        Form form;
        uint8 purpose;
        bool redevelopable;
        bytes18 organization;
        address account;
        uint64 time;
        EntryId[] inputs;
        bytes content;
    }

    /// @param withdrawn whether a price above the new ceiling, or for another unit, ends with it
    struct CeilingSetting {
        uint64 ceiling;
        bytes32 unit;
        bytes32 document;
        bool withdrawn;
        bytes18 organization;
        address account;
        uint64 time;
    }

    struct PriceSetting {
        uint64 price;
        bytes32 unit;
        bool trial;
        bytes32 document;
        bytes18 organization;
        address account;
        uint64 time;
    }

    struct ProductChange {
        Status status;
        bytes18 organization;
        address account;
        uint64 time;
        bytes32 reason;
    }

    /// @param deadline Unix seconds at which it was late, by policy
    /// @param late whether it came at or after the deadline
    struct Publishing {
        uint16 year;
        Disclosure kind;
        uint32 version;
        uint64 deadline;
        bool late;
        bytes18 organization;
        address account;
        uint64 time;
        bytes content;
    }

    event ProductAdded(uint64 indexed index, uint32 indexed product, bytes18 indexed operator, ProductAddition act);
    event CeilingSet(uint64 indexed index, uint32 indexed product, CeilingSetting act);
    event PriceSet(uint64 indexed index, uint32 indexed product, PriceSetting act);
    event ProductSuspended(uint64 indexed index, uint32 indexed product, ProductChange act);
    event ProductResumed(uint64 indexed index, uint32 indexed product, ProductChange act);
    event ProductDelisted(uint64 indexed index, uint32 indexed product, ProductChange act);
    event DisclosurePublished(uint64 indexed index, uint32 indexed grant, Publishing act);

    error ProductsNothingToDo();
    error ProductUnknown(uint32 product);
    /// @notice The grant is no effective OPERATE grant to the caller's organization.
    error ProductGrantInvalid(uint256 item, uint32 grant);
    /// @notice Form or purpose are no values, or the purpose is none of the grant's.
    error ProductValueInvalid(uint256 item, Form form, uint8 purpose);
    error ProductContentEmpty(uint256 item);
    /// @notice The entry is no active one of kind product that the caller's organization provides, or is listed already.
    error ProductEntryInvalid(uint256 item, EntryId entry);
    /// @notice Not 1–64 inputs (none for a product developed from another), or not in ascending order at `position`.
    error ProductInputsInvalid(uint256 item, uint256 count, uint256 position);
    /// @notice The grant does not cover the input for what the form delivers.
    error ProductInputNotCovered(uint256 item, EntryId input, uint32 grant);
    /// @notice The source is not on offer, not open to development, 8 steps from the first of its line already, or
    /// no export where an export is to be developed from it; or a product of that line, delisted or not, belongs to the
    /// caller's organization or to one that answers for it or for which it answers.
    error ProductSourceInvalid(uint256 item, uint32 source);
    /// @notice The product's status does not allow this.
    error ProductStatusInvalid(uint32 product, Status status);
    error ProductReasonMissing(uint32 product);
    error ProductDocumentMissing(uint32 product);
    /// @notice A unit is 1–32 visible ASCII characters, padded with zeros on the right.
    error ProductUnitInvalid(uint32 product, bytes32 unit);
    /// @notice For governance and the public good nothing is charged.
    error ProductIsFree(uint32 product, uint64 price);
    /// @notice The price exceeds the ceiling, or none is set for this unit.
    error ProductPriceTooHigh(uint32 product, uint64 price, uint64 ceiling);
    /// @notice The year is not over, or lies before the first in which the grant had a status.
    error DisclosureYearInvalid(uint32 grant, uint16 year);
    /// @notice The kind is none, or the grant is no OPERATE grant.
    error DisclosureKindInvalid(uint32 grant, Disclosure kind);
    error DisclosureContentEmpty(uint32 grant);
    error DisclosureVersionConflict(uint32 grant, uint16 year, uint32 expected, uint32 version);

    /// @notice Adds products to the list. Caller: an APPLICANT of the operator.
    function add(NewProduct[] calldata fresh) external returns (uint32 first);
    /// @notice Sets ceilings. A price above a new one, or for another unit, ends with it. Caller: a GRANTOR of the grant's
    /// grantor.
    function setCeilings(NewCeiling[] calldata ceilings) external;
    /// @notice Sets prices within their ceilings. Caller: an APPLICANT of the product's operator.
    function setPrices(NewPrice[] calldata prices) external;
    /// @notice Suspends products. Caller: a SUPERVISOR of the grant's grantor, its implementing body or the data authority.
    function suspend(Step[] calldata steps) external;
    /// @notice Lifts suspensions. Caller: a SUPERVISOR of the data authority; another where it did not suspend.
    function resume(Step[] calldata steps) external;
    /// @notice Takes products off the list for good; their entries are held no longer and can be listed again. Caller: an
    /// APPLICANT of the operator, unless the data authority suspended the product, or a GRANTOR of the grant's grantor.
    function delist(Step[] calldata steps) external;
    /// @notice Publishes yearly disclosures, or corrected versions. They are late from the end of the month
    /// `disclosure_month` of the following year. Caller: AUTHORIZATION a GRANTOR of the grantor or the implementing body;
    /// OPERATION an APPLICANT of the operator.
    function disclose(NewDisclosure[] calldata disclosures) external;

    /// @notice Products known so far; they count from 1.
    function products() external view returns (uint32);
    /// @notice A product; `status` NONE when unknown.
    function product(uint32 number) external view returns (Product memory);
    /// @notice The product that names an entry as its own; 0 when none does, or it is delisted.
    function productOf(EntryId entry) external view returns (uint32);
    /// @notice Whether the product is on offer now.
    function isOffered(uint32 number) external view returns (bool);
    /// @notice Price and ceiling now; zeros when none was ever set.
    function price(uint32 number) external view returns (Price memory);
    /// @notice Prices and ceilings that the product has had: each setting of either is one.
    function priceCount(uint32 number) external view returns (uint256);
    /// @notice One of them, `position` from 0.
    function priceAt(uint32 number, uint256 position) external view returns (Price memory);
    /// @notice Versions disclosed about a grant and a year.
    function disclosureVersion(uint32 grant, uint16 year, Disclosure kind) external view returns (uint32);
    /// @notice SHA-256 of the content of a disclosure's last version, and when it was published; zeros when none was.
    function disclosure(uint32 grant, uint16 year, Disclosure kind) external view returns (bytes32 digest, uint64 time);
}
