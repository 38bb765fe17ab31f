// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Area codes of 12 digits, 2+2+2+3+3 (province, city, district, subdistrict, community), as numbers.
/// Trailing groups of zeros are open: 110000000000 contains 110105001000.
library AreaCode {
    uint40 private constant LIMIT = 1e12;

    /// @return whether both are area codes and `inner` lies within `outer`
    function contains(uint40 outer, uint40 inner) internal pure returns (bool) {
        if (outer == 0 || inner == 0 || outer >= LIMIT || inner >= LIMIT) return false;
        uint40 unit = _unit(outer);
        return inner / unit == outer / unit;
    }

    /// @return whether the area is a district or lies within one
    function isOfDistrict(uint40 area) internal pure returns (bool) {
        return (area / 1e6) % 100 != 0;
    }

    function _unit(uint40 area) private pure returns (uint40) {
        if (area % 1e10 == 0) return 1e10;
        if (area % 1e8 == 0) return 1e8;
        if (area % 1e6 == 0) return 1e6;
        if (area % 1e3 == 0) return 1e3;
        return 1;
    }
}
