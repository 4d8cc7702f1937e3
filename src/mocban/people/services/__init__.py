"""The verbs of this app, one module a noun."""

from .accounts import (
    change_password,
    create_person_in_position,
    issue_reset_code,
    note_refused_sign_in,
    note_sign_in,
    remove_second_factor,
    reset_password,
    set_new_password,
)
from .directory import AgencyFields, add_agency, edit_agency
from .directory_import import DirectoryReport, import_directory, preview_directory
from .importing import import_rows, preview_import
from .organisations import (
    OrganisationFields,
    close_unit,
    create_organisation,
    create_unit,
    edit_organisation,
    edit_unit,
    found_organisation,
    set_setting,
)
from .people import (
    appoint,
    create_person,
    deactivate_person,
    edit_person,
    end_position,
    reactivate_person,
)
from .start import first_admin_code, start_installation
from .tokens import api_actor, issue_token, revoke_token, token_for_login

__all__ = [
    "AgencyFields",
    "DirectoryReport",
    "OrganisationFields",
    "add_agency",
    "api_actor",
    "appoint",
    "change_password",
    "close_unit",
    "create_organisation",
    "create_person",
    "create_person_in_position",
    "create_unit",
    "deactivate_person",
    "edit_agency",
    "edit_organisation",
    "edit_person",
    "edit_unit",
    "end_position",
    "first_admin_code",
    "found_organisation",
    "import_directory",
    "import_rows",
    "issue_reset_code",
    "issue_token",
    "note_refused_sign_in",
    "note_sign_in",
    "preview_directory",
    "preview_import",
    "reactivate_person",
    "remove_second_factor",
    "reset_password",
    "revoke_token",
    "set_new_password",
    "set_setting",
    "start_installation",
    "token_for_login",
]
