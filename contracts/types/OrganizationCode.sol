// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Rules of the unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters of a
/// 31-letter alphabet without I, O, S, V and Z, the last of which checks the other 17.
library OrganizationCode {
    /// @dev `0-9A-Z` by position; 255 marks letters that the alphabet leaves out.
    bytes private constant VALUES = hex"000102030405060708090a0b0c0d0e0f1011ff1213141516ff171819ff1a1bff1c1d1eff";
    uint256 private constant MODULUS = 31;

    /// @return whether every character is of the alphabet and the check character is right
    function isValid(bytes18 code) internal pure returns (bool) {
        uint256 sum;
        uint256 weight = 1;
        for (uint256 i; i < 17; ++i) {
            uint256 value = _value(code[i]);
            if (value >= MODULUS) return false;
            sum += value * weight;
            weight = (weight * 3) % MODULUS;
        }
        return _value(code[17]) == (MODULUS - (sum % MODULUS)) % MODULUS;
    }

    function _value(bytes1 character) private pure returns (uint256) {
        uint8 ascii = uint8(character);
        if (ascii >= 0x30 && ascii <= 0x39) return ascii - 0x30;
        if (ascii < 0x41 || ascii > 0x5a) return 255;
        return uint8(VALUES[ascii - 0x41 + 10]);
    }
}
