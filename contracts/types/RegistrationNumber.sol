// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Number of a registration, 16 ASCII characters: `R`, the local date of the first application as `YYYYMMDD`,
/// six digits that count that day's from 000001, and a check character by ISO/IEC 7064 MOD 37,36.
/// It is this ledger's own and no national code.
type RegistrationNumber is bytes16;

using {same as ==} for RegistrationNumber global;

/// @notice The day has no numbers left.
error RegistrationNumbersExhausted(uint256 date);

function same(RegistrationNumber left, RegistrationNumber right) pure returns (bool) {
    return RegistrationNumber.unwrap(left) == RegistrationNumber.unwrap(right);
}

/// @notice The number of the `sequence`-th first application, from 1, of a local day.
/// @param date eight decimal digits, YYYYMMDD
function registrationNumber(uint256 date, uint256 sequence) pure returns (RegistrationNumber) {
    require(sequence <= 999_999, RegistrationNumbersExhausted(date));
    uint256 rest = date * 1e6 + sequence;
    uint256 word;
    for (uint256 place; place < 14; ++place) {
        word |= (0x30 + rest % 10) << (8 * (place + 1));
        rest /= 10;
    }
    bytes16 body = bytes16(uint128(word | (0x52 << (8 * 15)))); // 0x52 is `R`
    return RegistrationNumber.wrap(body | bytes16(uint128(uint8(checkCharacter(body)))));
}

/// @notice Check character of the first 15 characters, each `0-9A-Z` (ISO/IEC 7064, hybrid system MOD 37,36).
function checkCharacter(bytes16 body) pure returns (bytes1) {
    uint256 product = 36;
    for (uint256 i; i < 15; ++i) {
        uint256 ascii = uint8(body[i]);
        uint256 sum = (product + (ascii < 0x3a ? ascii - 0x30 : ascii - 0x37)) % 36;
        product = (sum == 0 ? 36 : sum) * 2 % 37;
    }
    uint256 check = (37 - product) % 36;
    return bytes1(uint8(check < 10 ? 0x30 + check : 0x37 + check));
}
