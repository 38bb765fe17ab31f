// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The numbers that law and practice set, governed by the data authority. Limits are read from here, never
/// constants; each procedure step uses the version in force at its start.
interface IPolicy {
    /// @param version counts from 1; 0 when the parameter was never set
    /// @param effectiveFrom Unix seconds from which it is in force
    /// @param value in the unit that the parameter's name says
    /// @param source SHA-256 of the document that sets it
    struct Parameter {
        uint32 version;
        uint64 effectiveFrom;
        uint128 value;
        bytes32 source;
    }

    /// @param name ASCII, padded with zeros on the right, unit last: `notice_workdays`
    struct NewParameter {
        bytes32 name;
        uint128 value;
        uint64 effectiveFrom;
        bytes32 source;
    }

    /// @param proposal number of the proposal that was confirmed
    /// @param account the ADMIN who confirmed
    /// @param time Unix seconds of the block
    struct ParameterSetting {
        uint32 version;
        uint64 effectiveFrom;
        uint128 value;
        bytes32 source;
        uint64 proposal;
        address account;
        uint64 time;
    }

    event ParameterSet(uint64 indexed index, bytes32 indexed name, ParameterSetting act);

    error ParameterUnknown(bytes32 name);
    /// @notice A parameter needs a name, a source, and a start that is not past.
    error ParameterInvalid(bytes32 name, uint64 effectiveFrom, bytes32 source);
    /// @notice The last version is not in force yet; a second one in waiting is refused.
    error ParameterPending(bytes32 name, uint64 effectiveFrom);

    /// @notice The version in force now; reverts when there is none.
    function inForce(bytes32 name) external view returns (Parameter memory);
    /// @notice Versions of a parameter, those in waiting included.
    function versions(bytes32 name) external view returns (uint256);
    /// @notice One version, counting from 1.
    function parameter(bytes32 name, uint32 version) external view returns (Parameter memory);
}
